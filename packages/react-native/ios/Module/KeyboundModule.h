#import <KeyboundSpec/KeyboundSpec.h>

/// The TurboModule `Keybound`: hands every call to KeyboundBridge, in Swift.
@interface KeyboundModule : NativeKeyboundSpecBase <NativeKeyboundSpec>
@end
