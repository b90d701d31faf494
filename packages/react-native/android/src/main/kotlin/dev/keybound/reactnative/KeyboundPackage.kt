package dev.keybound.reactnative

import com.facebook.react.BaseReactPackage
import com.facebook.react.bridge.NativeModule
import com.facebook.react.bridge.ReactApplicationContext
import com.facebook.react.module.model.ReactModuleInfo
import com.facebook.react.module.model.ReactModuleInfoProvider

/** How React Native finds the module. */
class KeyboundPackage : BaseReactPackage() {
    override fun getModule(
        name: String,
        reactContext: ReactApplicationContext,
    ): NativeModule? = if (name == NativeKeyboundSpec.NAME) KeyboundModule(reactContext) else null

    override fun getReactModuleInfoProvider() =
        ReactModuleInfoProvider {
            val name = NativeKeyboundSpec.NAME
            mapOf(name to ReactModuleInfo(name, KeyboundModule::class.java.name, false, false, false, true))
        }
}
