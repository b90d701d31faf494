import { XML } from '@expo/config-plugins'

/** An element as the parser of Expo gives it: attributes under `$`, text under `_`, children under their names. */
export interface XmlElement {
  $?: Record<string, string>
  _?: string
  [child: string]: XmlElement[] | Record<string, string> | string | undefined
}

/** A file of XML: its one root element under its name. */
export type XmlDocument = Record<string, XmlElement>

/** Files in `res/xml` of one source set (`main`, `debug`, …) of the app. */
export interface XmlResources {
  /** Undefined where there is no such file. */
  read(name: string): Promise<XmlDocument | undefined>
  write(name: string, document: XmlDocument): Promise<void>
}

/** `androidFolder`: the folder `android` of the app. */
export function xmlResources(androidFolder: string, sourceSet: string): XmlResources {
  const pathOf = (name: string) => `${androidFolder}/app/src/${sourceSet}/res/xml/${name}.xml`
  return {
    async read(name) {
      // A file that is empty, or not there, gives null.
      const found = (await XML.readXMLAsync({ path: pathOf(name), fallback: '' })) as XmlDocument | null
      return found ?? undefined
    },
    async write(name, document) {
      await XML.writeXMLAsync({ path: pathOf(name), xml: document })
    },
  }
}

/** The name in `@xml/name`; undefined for anything else. */
export function resourceName(reference: string | undefined): string | undefined {
  return /^@xml\/(\w+)$/.exec(reference ?? '')?.[1]
}

/** The children of a name; none where there are none. Those of text alone, or of nothing, are read as strings. */
export function children(element: XmlElement | undefined, name: string): readonly XmlElement[] {
  const found: unknown = element?.[name]
  if (!Array.isArray(found)) return []
  return found.map((child: XmlElement | string) => (typeof child === 'string' ? { _: child } : child))
}

/** Whether a switch is on. Android's tools read more words for it than `true`; only `false` is surely off. */
export function isOn(value: string | undefined): boolean {
  return value !== undefined && value.trim().toLowerCase() !== 'false'
}
