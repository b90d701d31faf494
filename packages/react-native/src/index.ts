export { nativeHardware } from './native-hardware.ts'
