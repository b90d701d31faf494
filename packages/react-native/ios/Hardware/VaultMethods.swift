import Foundation

extension KeyboundHardware {
  var vaultMethods: [String: Method] {
    let pairs = VaultPairs(keys: keys, handles: handles)
    let dataKeys = DataKeys(handles: handles)
    let sessions = SessionKeys(handles: handles)
    let (handles, prompts) = (self.handles, self.prompts)
    return [
      "newVaultPair": Self.now {
        let (publicKey, sealed) = try pairs.make(try $0.text(0), context: try $0.text(1))
        return ["publicKey": Base64Url.encode(publicKey), "sealed": Base64Url.encode(sealed)]
      },
      "openVaultPair": { arguments, settle in
        let (alias, pair, context) = (try arguments.text(0), try arguments.object(1), try arguments.text(2))
        let publicKey = try pair.bytes("publicKey")
        // Before the prompt: nobody touches the sensor for what cannot be opened.
        let sealed = try SealedPair(parsing: try pair.bytes("sealed"))
        prompts.run(try PromptWords(try arguments.object(3))) { authentication in
          try pairs.open(alias, publicKey: publicKey, sealed: sealed, context: context, with: authentication) as Any?
        } settle: {
          settle($0)
        }
      },
      "newDataKey": Self.now { _ in try dataKeys.make() },
      "wrapDataKey": Self.now {
        let (epk, wrapped) = try dataKeys.wrap(to: try $0.bytes(0), try $0.text(1))
        return ["epk": Base64Url.encode(epk), "wrapped": Base64Url.encode(wrapped)]
      },
      "unwrapDataKey": Self.now {
        let wrapped = try $0.object(1)
        return try dataKeys.unwrap(
          try $0.text(0), epk: try wrapped.bytes("epk"), wrapped: try wrapped.bytes("wrapped"))
      },
      "aeadSeal": Self.now {
        Base64Url.encode(try Aead.seal(try $0.bytes(1), try dataKeys.key(try $0.text(0)), try $0.bytes(2)))
      },
      "aeadOpen": Self.now {
        Base64Url.encode(try Aead.open(try $0.bytes(1), try dataKeys.key(try $0.text(0)), try $0.bytes(2)))
      },
      "newSessionKey": Self.now { _ in
        let (handle, publicKey) = try sessions.make()
        return ["handle": handle, "publicKey": Base64Url.encode(publicKey)]
      },
      "signSession": Self.now { Base64Url.encode(try sessions.sign(try $0.text(0), try $0.bytes(1))) },
      "closeHandle": Self.now {
        handles.close(try $0.text(0))
        return nil
      },
    ]
  }
}
