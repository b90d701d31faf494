#import "KeyboundModule.h"

#if __has_include(<KeyboundReactNative/KeyboundReactNative-Swift.h>)
#import <KeyboundReactNative/KeyboundReactNative-Swift.h>
#else
#import "KeyboundReactNative-Swift.h"
#endif

// Thin on purpose: structs become dictionaries, and one call of KeyboundBridge does the rest. Written after the header
// that the code generator of React Native makes of src/specs/NativeKeybound.ts.

static NSDictionary *toDictionary(JS::NativeKeybound::KeyRequest &v)
{
  return @{
    @"alias" : v.alias(),
    @"role" : v.role(),
    @"enrolment" : v.enrolment(),
    @"strongBox" : v.strongBox(),
    @"allowSoftware" : @(v.allowSoftware()),
    @"attestationChallenge" : v.attestationChallenge(),
  };
}

static NSDictionary *toDictionary(JS::NativeKeybound::PromptText &v)
{
  return @{
    @"title" : v.title(),
    @"subtitle" : v.subtitle(),
    @"description" : v.description(),
    @"cancel" : v.cancel(),
  };
}

static NSDictionary *toDictionary(JS::NativeKeybound::StatementRequest &v)
{
  return @{
    @"alias" : v.alias(),
    @"realm" : v.realm(),
    @"account" : v.account(),
    @"nonce" : v.nonce(),
    @"statement" : v.statement(),
    @"origin" : v.origin(),
    @"authenticatorData" : v.authenticatorData(),
    @"cancel" : v.cancel(),
  };
}

static NSDictionary *toDictionary(JS::NativeKeybound::VaultPair &v)
{
  return @{
    @"publicKey" : v.publicKey(),
    @"sealed" : v.sealed(),
  };
}

static NSDictionary *toDictionary(JS::NativeKeybound::WrappedDataKey &v)
{
  return @{
    @"epk" : v.epk(),
    @"wrapped" : v.wrapped(),
  };
}

static NSDictionary *toDictionary(JS::NativeKeybound::HardwareRequest &v)
{
  NSMutableArray *headers = [NSMutableArray array];
  for (const auto &header : v.headers()) {
    [headers addObject:@{@"name" : header.name(), @"value" : header.value()}];
  }
  return @{
    @"method" : v.method(),
    @"url" : v.url(),
    @"headers" : headers,
    @"body" : v.body(),
    @"timeout" : @(v.timeout()),
    @"maxBytes" : @(v.maxBytes()),
  };
}

@implementation KeyboundModule {
  KeyboundBridge *_bridge;
}

RCT_EXPORT_MODULE(Keybound)

+ (BOOL)requiresMainQueueSetup
{
  return YES;
}

- (instancetype)init
{
  if (self = [super init]) {
    __weak KeyboundModule *weakSelf = self;
    _bridge = [[KeyboundBridge alloc] initWithTell:^(NSString *type) {
      [weakSelf tell:type];
    }];
  }
  return self;
}

- (void)tell:(NSString *)type
{
  // Before JavaScript listens there is nobody to tell.
  if (_eventEmitterCallback) {
    [self emitOnLifecycle:@{@"type" : type}];
  }
}

- (void)invalidate
{
  [_bridge end];
}

- (std::shared_ptr<facebook::react::TurboModule>)getTurboModule:
    (const facebook::react::ObjCTurboModule::InitParams &)params
{
  return std::make_shared<facebook::react::NativeKeyboundSpecJSI>(params);
}

- (void)describe:(RCTPromiseResolveBlock)resolve
          reject:(RCTPromiseRejectBlock)reject
{
  [_bridge call:@"describe" arguments:@[] resolve:resolve reject:reject];
}

- (void)createKey:(JS::NativeKeybound::KeyRequest &)request
          resolve:(RCTPromiseResolveBlock)resolve
           reject:(RCTPromiseRejectBlock)reject
{
  [_bridge call:@"createKey" arguments:@[ toDictionary(request) ] resolve:resolve reject:reject];
}

- (void)keyState:(NSString *)alias
         resolve:(RCTPromiseResolveBlock)resolve
          reject:(RCTPromiseRejectBlock)reject
{
  [_bridge call:@"keyState" arguments:@[ alias ] resolve:resolve reject:reject];
}

- (void)deleteKey:(NSString *)alias
          resolve:(RCTPromiseResolveBlock)resolve
           reject:(RCTPromiseRejectBlock)reject
{
  [_bridge call:@"deleteKey" arguments:@[ alias ] resolve:resolve reject:reject];
}

- (void)listKeys:(NSString *)prefix
         resolve:(RCTPromiseResolveBlock)resolve
          reject:(RCTPromiseRejectBlock)reject
{
  [_bridge call:@"listKeys" arguments:@[ prefix ] resolve:resolve reject:reject];
}

- (void)sign:(NSString *)alias
       bytes:(NSString *)bytes
      prompt:(JS::NativeKeybound::PromptText &)prompt
     resolve:(RCTPromiseResolveBlock)resolve
      reject:(RCTPromiseRejectBlock)reject
{
  [_bridge call:@"sign" arguments:@[ alias, bytes, toDictionary(prompt) ] resolve:resolve reject:reject];
}

- (void)signStatement:(JS::NativeKeybound::StatementRequest &)request
              resolve:(RCTPromiseResolveBlock)resolve
               reject:(RCTPromiseRejectBlock)reject
{
  [_bridge call:@"signStatement" arguments:@[ toDictionary(request) ] resolve:resolve reject:reject];
}

- (void)signProof:(NSString *)alias
            bytes:(NSString *)bytes
          resolve:(RCTPromiseResolveBlock)resolve
           reject:(RCTPromiseRejectBlock)reject
{
  [_bridge call:@"signProof" arguments:@[ alias, bytes ] resolve:resolve reject:reject];
}

- (void)newVaultPair:(NSString *)alias
             context:(NSString *)context
             resolve:(RCTPromiseResolveBlock)resolve
              reject:(RCTPromiseRejectBlock)reject
{
  [_bridge call:@"newVaultPair" arguments:@[ alias, context ] resolve:resolve reject:reject];
}

- (void)openVaultPair:(NSString *)alias
                 pair:(JS::NativeKeybound::VaultPair &)pair
              context:(NSString *)context
               prompt:(JS::NativeKeybound::PromptText &)prompt
              resolve:(RCTPromiseResolveBlock)resolve
               reject:(RCTPromiseRejectBlock)reject
{
  [_bridge call:@"openVaultPair" arguments:@[ alias, toDictionary(pair), context, toDictionary(prompt) ] resolve:resolve reject:reject];
}

- (void)newDataKey:(RCTPromiseResolveBlock)resolve
            reject:(RCTPromiseRejectBlock)reject
{
  [_bridge call:@"newDataKey" arguments:@[] resolve:resolve reject:reject];
}

- (void)wrapDataKey:(NSString *)publicKey
            dataKey:(NSString *)dataKey
            resolve:(RCTPromiseResolveBlock)resolve
             reject:(RCTPromiseRejectBlock)reject
{
  [_bridge call:@"wrapDataKey" arguments:@[ publicKey, dataKey ] resolve:resolve reject:reject];
}

- (void)unwrapDataKey:(NSString *)pair
              wrapped:(JS::NativeKeybound::WrappedDataKey &)wrapped
              resolve:(RCTPromiseResolveBlock)resolve
               reject:(RCTPromiseRejectBlock)reject
{
  [_bridge call:@"unwrapDataKey" arguments:@[ pair, toDictionary(wrapped) ] resolve:resolve reject:reject];
}

- (void)aeadSeal:(NSString *)dataKey
       plaintext:(NSString *)plaintext
      associated:(NSString *)associated
         resolve:(RCTPromiseResolveBlock)resolve
          reject:(RCTPromiseRejectBlock)reject
{
  [_bridge call:@"aeadSeal" arguments:@[ dataKey, plaintext, associated ] resolve:resolve reject:reject];
}

- (void)aeadOpen:(NSString *)dataKey
          sealed:(NSString *)sealed
      associated:(NSString *)associated
         resolve:(RCTPromiseResolveBlock)resolve
          reject:(RCTPromiseRejectBlock)reject
{
  [_bridge call:@"aeadOpen" arguments:@[ dataKey, sealed, associated ] resolve:resolve reject:reject];
}

- (void)newSessionKey:(RCTPromiseResolveBlock)resolve
               reject:(RCTPromiseRejectBlock)reject
{
  [_bridge call:@"newSessionKey" arguments:@[] resolve:resolve reject:reject];
}

- (void)signSession:(NSString *)handle
              bytes:(NSString *)bytes
            resolve:(RCTPromiseResolveBlock)resolve
             reject:(RCTPromiseRejectBlock)reject
{
  [_bridge call:@"signSession" arguments:@[ handle, bytes ] resolve:resolve reject:reject];
}

- (void)closeHandle:(NSString *)handle
            resolve:(RCTPromiseResolveBlock)resolve
             reject:(RCTPromiseRejectBlock)reject
{
  [_bridge call:@"closeHandle" arguments:@[ handle ] resolve:resolve reject:reject];
}

- (void)random:(double)length
       resolve:(RCTPromiseResolveBlock)resolve
        reject:(RCTPromiseRejectBlock)reject
{
  [_bridge call:@"random" arguments:@[ @(length) ] resolve:resolve reject:reject];
}

- (void)sha256:(NSString *)bytes
       resolve:(RCTPromiseResolveBlock)resolve
        reject:(RCTPromiseRejectBlock)reject
{
  [_bridge call:@"sha256" arguments:@[ bytes ] resolve:resolve reject:reject];
}

- (void)verify:(NSString *)publicKey
         bytes:(NSString *)bytes
     signature:(NSString *)signature
       resolve:(RCTPromiseResolveBlock)resolve
        reject:(RCTPromiseRejectBlock)reject
{
  [_bridge call:@"verify" arguments:@[ publicKey, bytes, signature ] resolve:resolve reject:reject];
}

- (void)readFile:(NSString *)name
          offset:(double)offset
          length:(double)length
         resolve:(RCTPromiseResolveBlock)resolve
          reject:(RCTPromiseRejectBlock)reject
{
  [_bridge call:@"readFile" arguments:@[ name, @(offset), @(length) ] resolve:resolve reject:reject];
}

- (void)writeFile:(NSString *)name
            bytes:(NSString *)bytes
           append:(BOOL)append
          resolve:(RCTPromiseResolveBlock)resolve
           reject:(RCTPromiseRejectBlock)reject
{
  [_bridge call:@"writeFile" arguments:@[ name, bytes, @(append) ] resolve:resolve reject:reject];
}

- (void)renameFile:(NSString *)from
                to:(NSString *)to
           resolve:(RCTPromiseResolveBlock)resolve
            reject:(RCTPromiseRejectBlock)reject
{
  [_bridge call:@"renameFile" arguments:@[ from, to ] resolve:resolve reject:reject];
}

- (void)deleteFile:(NSString *)name
           resolve:(RCTPromiseResolveBlock)resolve
            reject:(RCTPromiseRejectBlock)reject
{
  [_bridge call:@"deleteFile" arguments:@[ name ] resolve:resolve reject:reject];
}

- (void)listFiles:(NSString *)prefix
          resolve:(RCTPromiseResolveBlock)resolve
           reject:(RCTPromiseRejectBlock)reject
{
  [_bridge call:@"listFiles" arguments:@[ prefix ] resolve:resolve reject:reject];
}

- (void)appAttestKey:(NSString *)name
             resolve:(RCTPromiseResolveBlock)resolve
              reject:(RCTPromiseRejectBlock)reject
{
  [_bridge call:@"appAttestKey" arguments:@[ name ] resolve:resolve reject:reject];
}

- (void)appAttestAttest:(NSString *)keyId
         clientDataHash:(NSString *)clientDataHash
                resolve:(RCTPromiseResolveBlock)resolve
                 reject:(RCTPromiseRejectBlock)reject
{
  [_bridge call:@"appAttestAttest" arguments:@[ keyId, clientDataHash ] resolve:resolve reject:reject];
}

- (void)appAttestAssert:(NSString *)keyId
         clientDataHash:(NSString *)clientDataHash
                resolve:(RCTPromiseResolveBlock)resolve
                 reject:(RCTPromiseRejectBlock)reject
{
  [_bridge call:@"appAttestAssert" arguments:@[ keyId, clientDataHash ] resolve:resolve reject:reject];
}

- (void)integrityToken:(NSString *)nonce
               resolve:(RCTPromiseResolveBlock)resolve
                reject:(RCTPromiseRejectBlock)reject
{
  [_bridge call:@"integrityToken" arguments:@[ nonce ] resolve:resolve reject:reject];
}

- (void)cancelPrompt:(RCTPromiseResolveBlock)resolve
              reject:(RCTPromiseRejectBlock)reject
{
  [_bridge call:@"cancelPrompt" arguments:@[] resolve:resolve reject:reject];
}

- (void)setScreenPrivacy:(BOOL)on
                 resolve:(RCTPromiseResolveBlock)resolve
                  reject:(RCTPromiseRejectBlock)reject
{
  [_bridge call:@"setScreenPrivacy" arguments:@[ @(on) ] resolve:resolve reject:reject];
}

- (void)request:(JS::NativeKeybound::HardwareRequest &)request
        resolve:(RCTPromiseResolveBlock)resolve
         reject:(RCTPromiseRejectBlock)reject
{
  [_bridge call:@"request" arguments:@[ toDictionary(request) ] resolve:resolve reject:reject];
}

@end
