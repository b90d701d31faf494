import Foundation

extension KeyboundHardware {
  var keyMethods: [String: Method] {
    let (keys, prompts) = (self.keys, self.prompts)
    return [
      "createKey": Self.now {
        let (publicKey, level) = try keys.create(try KeyRequest(try $0.object(0)))
        return ["publicKey": Base64Url.encode(publicKey), "level": level.rawValue, "chain": [String]()] as [String: Any]
      },
      "keyState": Self.now { try keys.state(try $0.text(0)) },
      "deleteKey": Self.now {
        try keys.delete(try $0.text(0))
        return nil
      },
      "listKeys": Self.now { try keys.list(prefix: try $0.text(0)) },
      "sign": { arguments, settle in
        let (alias, bytes) = (try arguments.text(0), try arguments.bytes(1))
        prompts.run(try PromptWords(try arguments.object(2))) { context in
          Base64Url.encode(try keys.sign(alias, role: .signing, bytes, with: context)) as Any?
        } settle: {
          settle($0)
        }
      },
      "signStatement": { arguments, settle in
        let approval = try StatementApproval(try arguments.object(0))
        prompts.run(approval.words) { context in
          let signature = try keys.sign(approval.alias, role: .signing, approval.message, with: context)
          return [
            "clientDataJson": Base64Url.encode(approval.clientData), "signature": Base64Url.encode(signature),
          ] as Any?
        } settle: {
          settle($0)
        }
      },
      "signProof": Self.now { Base64Url.encode(try keys.signProof(try $0.text(0), try $0.bytes(1))) },
      "cancelPrompt": Self.now { _ in
        prompts.cancel()
        return nil
      },
    ]
  }
}
