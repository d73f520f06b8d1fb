import { SaxesParser } from 'saxes';

/** One element of a document with everything in it. */
export type XmlNode = {
  /** Without its prefix. */
  readonly name: string;
  /** By the name as it was written. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlNode[];
  /** The text directly in it, without white space around it. */
  readonly text: string;
};

const maxCharacters = 256 * 1024;
const maxDepth = 32;
const maxElements = 5_000;

/**
 * Reads a small XML document; undefined when it is not well formed, too large or too deep, or brings a document type: no
 * server of ours needs one, and entities of its own could make much out of little.
 */
export function readXml(text: string): XmlNode | undefined {
  if (text.length > maxCharacters) return undefined;
  const parser = new SaxesParser();
  const open: Building[] = [];
  let root: Building | undefined;
  let elements = 0;
  const refuse = (why: string): never => {
    throw new Refused(why);
  };
  parser.on('error', error => refuse(error.message));
  parser.on('doctype', () => refuse('a document type'));
  parser.on('opentag', ({ name, attributes }) => {
    elements += 1;
    if (elements > maxElements || open.length >= maxDepth) refuse('too large');
    const node: Building = {
      name: name.replace(/^.*:/, ''),
      attributes: { ...attributes },
      children: [],
      text: '',
    };
    open.at(-1)?.children.push(node);
    root ??= node;
    open.push(node);
  });
  const onText = (piece: string) => {
    const node = open.at(-1);
    if (node) node.text += piece;
  };
  parser.on('text', onText);
  parser.on('cdata', onText);
  parser.on('closetag', () => {
    const node = open.pop();
    if (node) node.text = node.text.trim();
  });
  try {
    parser.write(text).close();
    return root;
  } catch (error) {
    if (error instanceof Refused) return undefined;
    throw error;
  }
}

/** The first element at the end of a path of names below a node. */
export function xmlAt(node: XmlNode | undefined, ...path: readonly string[]): XmlNode | undefined {
  return path.reduce<XmlNode | undefined>(
    (at, name) => at?.children.find(child => child.name === name),
    node,
  );
}

/** Every child of this name. */
export function xmlChildren(node: XmlNode | undefined, name: string): readonly XmlNode[] {
  return (node?.children ?? []).filter(child => child.name === name);
}

type Building = {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Building[];
  text: string;
};

/** Ends the parser from inside its events. */
class Refused extends Error {}
