import type { Texts } from './en.ts'

const again = 'Melden Sie sich mit dem Passwort an und schalten Sie die Biometrie wieder ein.'

/** Every word of the app, in German. */
export const de: Texts = {
  name: 'Keybound Bank',
  language: 'Deutsch',
  username: 'Benutzername',
  password: 'Passwort',
  signIn: 'Anmelden',
  signInLead:
    'Einmal mit dem Passwort. Danach genügt eine Berührung: Sie entsperrt einen Schlüssel auf diesem Gerät.',
  signInBiometrics: 'Mit Biometrie anmelden',
  signInMissing: 'Geben Sie Benutzername und Passwort ein.',
  or: 'oder',
  demo: 'Demo: ada oder grace, mit dem Passwort',
  sessionOver: 'Sie wurden abgemeldet. Eine Berührung meldet Sie wieder an.',
  turnedOff:
    'Die Biometrie ist ausgeschaltet und der Schlüssel dieses Geräts ist weg. Ihr Passwort meldet Sie weiterhin an.',
  offer: 'Ab jetzt genügt eine Berührung',
  offerLead:
    'Dieses Gerät erzeugt einen Schlüssel, den nur Ihr Finger, Ihr Gesicht oder Ihre Bildschirmsperre öffnet. Ihr Passwort bleibt zu Hause.',
  offerAgain:
    'Der alte Schlüssel dieses Geräts öffnet nicht mehr. Erzeugen Sie jetzt einen neuen; eine Berührung genügt.',
  offerPoints: [
    'Der Schlüssel verlässt dieses Gerät nie.',
    'Jede Zahlung wird damit unterschrieben: Betrag und Empfänger kann niemand ändern.',
    'Sie können ihn jederzeit in den Einstellungen entfernen.',
  ],
  turnOn: 'Biometrie einschalten',
  turnOff: 'Biometrie ausschalten',
  notNow: 'Nicht jetzt',
  locked: 'Gesperrt',
  lockedLead: (name) => `Willkommen zurück${name && `, ${name}`}. Eine Berührung öffnet Ihr Konto.`,
  whose: 'Wessen Konto?',
  unlock: 'Entsperren',
  usePassword: 'Passwort verwenden',
  lock: 'Sperren',
  settings: 'Einstellungen',
  back: 'Zurück',
  balance: 'Kontostand',
  accountNumber: 'Kontonummer',
  movements: 'Kontobewegungen',
  noMovements: 'Noch keine.',
  sendMoney: 'Geld überweisen',
  sendLead: 'Bevor etwas geschieht, sehen Sie noch einmal, was Sie unterschreiben.',
  needsKey:
    'Überweisungen werden mit einem Schlüssel dieses Geräts unterschrieben. Schalten Sie zuerst die Biometrie ein.',
  to: 'Empfänger',
  toHint: 'Ein Name, zum Beispiel Grace Hopper',
  amount: 'Betrag',
  amountHint: 'In Euro, zum Beispiel 12,50',
  reference: 'Verwendungszweck',
  referenceHint: 'Freiwillig',
  review: 'Überprüfen',
  reviewLead: 'Ihre Berührung unterschreibt genau dies und nichts anderes.',
  confirm: 'Mit Biometrie bestätigen',
  cancel: 'Abbrechen',
  expires: (time) => `Zu bestätigen bis ${time}.`,
  sent: 'Überweisung ausgeführt',
  sentLead: 'Sie haben unterschrieben, die Bank hat überwiesen, und die Quittung belegt beides.',
  saveReceipt: 'Quittung speichern',
  verifyReceipt: 'Quittung prüfen',
  verified: (time) =>
    `Echt: freigegeben am ${time} mit einem Schlüssel Ihres Kontos und von der Bank bestätigt.`,
  notVerified: 'Diese Quittung stimmt nicht. Bewahren Sie sie auf und rufen Sie die Bank an.',
  done: 'Fertig',
  amountWrong: 'Geben Sie einen Betrag wie 12,50 ein.',
  toMissing: 'Geben Sie ein, wer das Geld bekommt.',
  limitReached: (fresh, later) =>
    `Das ist mehr, als der Schlüssel jetzt zahlen darf. Überweisen Sie weniger: Ein neuer Schlüssel zahlt höchstens ${fresh[0]} auf einmal und ${fresh[1]} am Tag, der eines Browsers nie mehr als ${later[0]} und ${later[1]}.`,
  payeeLimitReached: ([each, total]) =>
    `Dieser Empfänger ist neu für Sie. Überweisen Sie an neue Empfänger höchstens ${each} auf einmal und ${total} am Tag; ab morgen ist er bekannt.`,
  refused: {
    balanceTooLow: 'Ihr Guthaben reicht für diesen Betrag nicht. Geben Sie einen kleineren ein.',
    ownAccount: 'Das ist Ihr eigenes Konto. Geben Sie jemand anderen ein.',
    text: 'Name oder Verwendungszweck enthält ein verstecktes Zeichen oder in einem Wort Buchstaben zweier Alphabete und lässt sich nicht unterschreiben. Geben Sie ihn neu ein, mit Buchstaben und Ziffern.',
    transaction_open_limit_reached:
      'Zu viele Überweisungen wurden begonnen und nicht bestätigt. Versuchen Sie es in fünf Minuten noch einmal.',
    other: 'Die Bank nimmt diese Überweisung jetzt nicht an. Versuchen Sie es in fünf Minuten noch einmal.',
  },
  devices: 'Geräte',
  devicesLead: 'Schlüssel, die für Ihr Konto unterschreiben dürfen.',
  noDevices: 'Kein Gerät hat einen Schlüssel Ihres Kontos.',
  thisDevice: 'Dieses Gerät',
  lastUse: (time) => `Zuletzt verwendet: ${time}`,
  neverUsed: 'Noch nicht verwendet',
  added: (day) => `hinzugefügt: ${day}`,
  remove: 'Entfernen',
  levels: {
    R: 'Nachgewiesener Hardwareschlüssel mit den strengsten Prüfungen des Systems',
    L2: 'Nachgewiesener Hardwareschlüssel; nur Ihre Biometrie öffnet ihn',
    L1: 'Schlüssel einer App; seine Hardware wurde nicht nachgewiesen',
    W: 'Schlüssel eines Browsers; seine Hardware wurde nicht nachgewiesen, daher gelten niedrigere Grenzen',
  },
  probation: (time, [each, total]) =>
    `Neu: bis ${time} zahlt er höchstens ${each} auf einmal und ${total} am Tag. Das schützt Sie, falls jemand Ihr Passwort kennt.`,
  newDevice: 'Neuer Schlüssel',
  goneDevice: 'Schlüssel entfernt',
  noticeAdded: (name, time) =>
    `Auf „${name}“ wurde ein Schlüssel hinzugefügt, ${time}. Waren Sie das nicht, entfernen Sie ihn und rufen Sie die Bank an.`,
  noticeRemoved: (name, time) => `Der Schlüssel von „${name}“ wurde entfernt, ${time}.`,
  gotIt: 'Verstanden',
  touchFailed: 'Hat die Berührung nicht geklappt?',
  touchFailedLead:
    'Ist der Schlüssel dieses Geräts weg oder öffnet er nicht mehr, erzeugen Sie einen neuen. Er tritt an die Stelle des alten.',
  newKey: 'Neuen Schlüssel erzeugen',
  biometrics: 'Biometrie auf diesem Gerät',
  biometricsOn: 'Ein. Eine Berührung öffnet die App und unterschreibt Überweisungen.',
  biometricsOff:
    'Aus. Schalten Sie sie ein, um die App mit einer Berührung zu öffnen und Geld zu überweisen.',
  biometricsAgain:
    'Melden Sie sich ab und mit dem Passwort wieder an, um die Biometrie einzuschalten: Jede solche Anmeldung gilt für einen Schlüssel, fünf Minuten lang.',
  stored: 'Auf diesem Gerät gespeichert',
  storedLead: 'Weder Passwort noch Kontostand noch Überweisungen liegen hier.',
  storedThings: {
    key: {
      what: 'Unterschriftsschlüssel',
      where: 'Im Authentifikator dieses Geräts, der ihn nie herausgibt.',
      guard: 'Verwendet nur mit Finger, Gesicht oder Bildschirmsperre, jedes Mal.',
    },
    sealed: {
      what: 'Sitzung',
      where: 'Im Speicher dieser App, verschlüsselt mit AES-256-GCM.',
      guard: 'Geöffnet durch Ihre Berührung: Der Authentifikator liefert dabei den Schlüssel dafür.',
    },
    unsealed: {
      what: 'Sitzung',
      where: 'Nur im Arbeitsspeicher.',
      guard: 'Verschwindet, wenn Sie die App sperren oder schließen.',
    },
    proof: {
      what: 'Nachweisschlüssel',
      where: 'Im Schlüsselspeicher dieses Geräts, wo ihn nichts lesen kann.',
      guard: 'Verwendet von dieser App ohne Berührung: Eine kopierte Sitzung ist anderswo wertlos.',
    },
    names: (names) => ({
      what: `Benutzername und Name des Schlüssels: ${names.join(', ')}`,
      where: 'Im Speicher dieser App, im Klartext.',
      guard: 'Kein Geheimnis: Damit weiß die App, wen sie fragen soll.',
    }),
    mark: {
      what: 'Kennzeichen dieses Geräts',
      where: 'Im Speicher dieser App, im Klartext.',
      guard: 'Meldet niemanden an: Es erspart Wartezeiten, wenn andere Ihr Passwort falsch eingeben.',
    },
  },
  signOut: 'Abmelden',
  signOutEverywhere: 'Überall abmelden',
  signOutEverywhereLead: 'Beendet jede Sitzung Ihres Kontos, auch auf diesem Gerät. Schlüssel bleiben.',
  languages: 'Sprache',
  tryAgain: 'Noch einmal versuchen',
  mishap:
    'Die App hat einen Fehler gemacht und angehalten. Was Sie nicht bestätigt haben, ist nicht geschehen. Öffnen Sie sie wieder.',
  openAgain: 'Wieder öffnen',
  failed: (code) =>
    `Das hat nicht geklappt. Versuchen Sie es gleich noch einmal; hilft das nicht, nennen Sie der Bank: ${code}`,
  errors: {
    password_wrong: 'Benutzername oder Passwort stimmt nicht. Versuchen Sie es noch einmal.',
    too_many_attempts: 'Zu viele Versuche. Warten Sie einen Augenblick und versuchen Sie es noch einmal.',
    network_unreachable:
      'Die Bank ist nicht erreichbar. Prüfen Sie Ihre Verbindung und versuchen Sie es noch einmal.',
    server_answer_invalid: 'Die Bank hat unerwartet geantwortet. Versuchen Sie es später noch einmal.',
    overloaded: 'Die Bank kann das im Augenblick nicht. Versuchen Sie es in einer Minute noch einmal.',
    invalid_request:
      'Die Bank kann die Eingabe nicht annehmen. Prüfen Sie sie und versuchen Sie es noch einmal.',
    origin_not_allowed:
      'Unter dieser Adresse arbeitet die Bank nicht. Öffnen Sie die, die sie Ihnen genannt hat.',
    prompt_refused: 'Die Abfrage wurde abgebrochen oder hat Sie nicht erkannt. Versuchen Sie es noch einmal.',
    prompt_busy: 'Eine andere Abfrage ist noch offen. Schließen Sie diese zuerst ab.',
    prompt_interrupted: 'Das Telefon hat die Abfrage geschlossen. Versuchen Sie es noch einmal.',
    unsupported:
      'Auf diesem Gerät ist weder Fingerabdruck noch Gesicht noch PIN eingerichtet. Richten Sie eines davon in seinen Einstellungen ein.',
    biometric_locked_out: 'Zu viele Versuche. Warten Sie eine halbe Minute und versuchen Sie es noch einmal.',
    biometric_locked_out_permanently:
      'Zu viele Versuche. Sperren Sie das Telefon, öffnen Sie es mit der PIN und versuchen Sie es noch einmal.',
    key_not_authorized:
      'Der Schlüssel ist der Berührung nicht gefolgt, es wurde nichts geöffnet. Versuchen Sie es noch einmal.',
    key_invalidated: `Der Schlüssel dieses Geräts öffnet nicht mehr. ${again}`,
    storage_failed:
      'Dieses Gerät lässt die Bank nichts speichern. Schaffen Sie Platz oder verlassen Sie das private Fenster und versuchen Sie es noch einmal.',
    credential_limit_reached:
      'Ihr Konto hat so viele Schlüssel, wie es haben darf. Entfernen Sie einen in den Einstellungen und schalten Sie die Biometrie dann ein.',
    already_registered:
      'Dieses Gerät hat schon einen Schlüssel für dieses Konto. Melden Sie sich ab und mit Biometrie wieder an.',
    credential_unknown: `Der Schlüssel dieses Geräts wurde aus Ihrem Konto entfernt. ${again}`,
    not_registered:
      'Für dieses Konto ist die Biometrie auf diesem Gerät nicht eingeschaltet. Melden Sie sich mit dem Passwort an.',
    grant_required: 'Melden Sie sich noch einmal mit dem Passwort an, um die Biometrie einzuschalten.',
    transaction_expired:
      'Die Zeit ist abgelaufen, es ist nichts geschehen. Beginnen Sie die Überweisung neu.',
    transaction_unknown:
      'Die Bank hat diese Überweisung nicht mehr, es ist nichts geschehen. Beginnen Sie sie neu.',
    transaction_mismatch:
      'Diese Überweisung wurde auf dem Weg zu Ihnen verändert, es ist nichts geschehen. Beginnen Sie sie neu; bleibt es so, rufen Sie die Bank an.',
    transaction_level_insufficient:
      'Der Schlüssel dieses Geräts darf diese Überweisung nicht freigeben, es ist nichts geschehen. Nehmen Sie ein anderes Ihrer Geräte.',
    transaction_limit_exceeded:
      'Das ist mehr, als dieser Schlüssel jetzt freigeben darf; es ist nichts geschehen. Überweisen Sie weniger oder warten Sie, bis der Schlüssel nicht mehr neu ist.',
    transaction_payee_new:
      'Dieser Empfänger ist neu, der Betrag dafür zu hoch; es ist nichts geschehen. Überweisen Sie weniger oder warten Sie einen Tag nach der ersten Überweisung.',
    transaction_refused:
      'Die Bank hat die Überweisung nicht ausgeführt; es ist nichts geschehen. Prüfen Sie Ihren Kontostand.',
    insecure_context: 'Biometrie gibt es nur auf sicheren Seiten. Öffnen Sie die Bank mit https://.',
    noWebAuthn: 'Dieser Browser kennt keine Anmeldung mit Biometrie. Aktualisieren Sie ihn.',
    dpop_proof_expired:
      'Die Uhr dieses Geräts geht falsch. Stellen Sie sie und versuchen Sie es noch einmal.',
    challenge_expired: 'Das hat zu lange gedauert. Versuchen Sie es noch einmal.',
    boot_state_refused:
      'Das System dieses Telefons wurde verändert, die Bank nimmt keinen Schlüssel von ihm. Nehmen Sie ein anderes Ihrer Geräte.',
    session_expired: 'Sie wurden abgemeldet. Melden Sie sich neu an.',
  },
}
