import type { Origin, Part, TextPart } from '../../chat/parts.ts';
import { count, type Json, records, text } from '../shared/read.ts';
import { detailOrigin } from './carriers-read.ts';
import { FORMAT } from './wire.ts';

/** Puts signatures that came back in `reasoning_details` onto the parts that they sign; see signatureDetail. One that fits nowhere is left out. */
export function restoreSignatures(content: Part[], details: unknown): Part[] {
  const seals = records(details).filter((detail) => text(detail['signature']) !== undefined);
  const texts = seals.filter((detail) => detail['type'] === 'signature.text');
  const others = seals.filter(
    (detail) => detail['type'] === 'signature.tool_call' || detail['type'] === 'signature.image',
  );
  if (texts.length === 0 && others.length === 0) return content;
  let images = 0;
  return content.flatMap((part): Part[] => {
    if (part.type === 'text') return signedTexts(part, texts);
    if (part.type === 'tool-call')
      return [
        signed(
          part,
          others.find((seal) => seal['tool_call_id'] === part.callId),
        ),
      ];
    if (part.type !== 'image') return [part];
    const index = images++;
    return [
      signed(
        part,
        others.find((seal) => seal['image'] === index),
      ),
    ];
  });
}

function seal(detail: Json): { signature: string; origin: Origin } {
  return { signature: text(detail['signature']) ?? '', origin: detailOrigin(detail, { format: FORMAT }) };
}

function signed<P extends Part>(part: P, detail: Json | undefined): P {
  return detail === undefined ? part : { ...part, ...seal(detail) };
}

/** The text cut where the signed parts were. A text that was changed since no longer fits and keeps no signature. */
function signedTexts(part: TextPart, seals: readonly Json[]): Part[] {
  const cut: Part[] = [];
  let position = 0;
  for (const detail of seals) {
    const start = count(detail['start']) ?? -1;
    const end = count(detail['end']) ?? -1;
    if (start < position || end < start || end > part.text.length) return [part];
    if (start > position) cut.push({ ...part, text: part.text.slice(position, start) });
    cut.push({ ...part, text: part.text.slice(start, end), ...seal(detail) });
    position = end;
  }
  if (position < part.text.length) cut.push({ ...part, text: part.text.slice(position) });
  return cut;
}
