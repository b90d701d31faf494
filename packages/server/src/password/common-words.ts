/**
 * Words that people build passwords of, in several languages: written down for this package from what is generally
 * known of such habits, not taken from any list of passwords. Lower case, letters only.
 */
export const commonWords: readonly string[] = `
  password passwort passwd pass parola contrasena senha motdepasse wachtwoord haslo geheim secret secreto segreto
  admin administrator root user guest login welcome willkommen bienvenue bienvenido hello hallo hola bonjour ciao
  letmein changeme default test testing tester demo temp temporary example access open sesame private master server
  system computer internet network windows google apple amazon facebook instagram twitter youtube samsung android
  iloveyou iloveu ilove loveyou love lover lovely teamo amor amore liebe schatz jetaime habibi kiss baby babygirl
  angel honey sugar sweet sweetheart darling princess prinzessin princesa prince queen king boss daddy mummy mother
  father family familie familia sister brother friend friends forever together always never life live freedom peace
  happy lucky smile cool awesome super great best nice sexy hot cool crazy funny magic magical wonder trust trustno
  monkey dragon tiger lion panther eagle falcon wolf bear shark dolphin horse pony puppy kitty kitten cat dog doggy
  hund katze gato perro bunny rabbit chicken butterfly spider snake turtle penguin panda unicorn phoenix
  sunshine sun sunny sunset moon moonlight star stars starlight sky heaven rainbow summer winter spring autumn sommer
  sonne ocean beach island flower flowers rose lily daisy jasmine garden forest mountain river storm thunder lightning
  fire ice snow rain diamond crystal silver golden gold purple orange yellow green blue black white red pink
  football fussball futbol soccer baseball basketball hockey tennis golf cricket rugby running fitness ronaldo messi
  chelsea arsenal liverpool barcelona madrid juventus bayern milan manchester united cowboys yankees lakers steelers
  superman batman spiderman ironman hulk joker pokemon pikachu naruto goku starwars skywalker vader yoda matrix gandalf
  hobbit potter harry hermione minecraft fortnite roblox mario zelda sonic nintendo playstation xbox gamer player
  michael jennifer jessica ashley amanda daniel david robert thomas andrew anthony matthew joshua charlie william
  james john joseph george peter paul mark martin max anna maria laura sarah sophie emma julia nicole michelle natalie
  samantha hannah alex alexander andrea carlos jose juan luis diego antonio francesco giuseppe marco hans stefan
  mohammed muhammad ahmed ali fatima ivan natasha jordan taylor morgan harley mercedes ferrari porsche mustang toyota
  honda yamaha suzuki london paris berlin newyork texas california america canada england france germany deutschland
  italia espana mexico brasil india china japan africa australia chocolate cookie cookies coffee pizza cheese banana
  apples cherry peaches pepper ginger pumpkin vanilla whiskey vodka beer jesus christ god blessed church bible faith
  hope grace angelina maggie buddy bailey rocky lucky shadow hunter killer ninja pirate soldier warrior samurai wizard
  knight ranger hacker money dollar million business work office school student teacher doctor nurse police music
  guitar piano metallica slipknot nirvana beatles elvis dance party rock metal computer laptop mobile phone camera
  monday tuesday wednesday thursday friday saturday sunday january february march april june july august september
  october november december today tomorrow birthday christmas the and for you your with from this that not are was
  qwerty azerty qwertz asdf zxcv abc xyz one two three four five six seven eight nine ten zero
`
  .trim()
  .split(/\s+/)
