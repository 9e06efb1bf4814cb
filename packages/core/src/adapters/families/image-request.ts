import type { Body } from '../../transport/body.ts';
import type { Exchange, OperationResult, OperationSide, Target, UpstreamCall } from '../adapter.ts';
import { images as openaiImages } from '../openai-chat/images.ts';
import { Asked } from './media-call.ts';

/** What most APIs of images know of what the client may ask for. */
export interface ImageRequest {
  readonly asked: Asked;
  readonly prompt: string;
  /** Pixels; undefined when the client leaves it to the model. */
  readonly size: { readonly width: number; readonly height: number } | undefined;
  /** `png`, `jpeg` or `webp`. */
  readonly format: string | undefined;
}

/** Reads a request for images in its canonical form. */
export function readImageRequest(body: Body): ImageRequest {
  const asked = new Asked(body);
  const size = /^(\d{2,5})x(\d{2,5})$/.exec(asked.text('size') ?? '');
  return {
    asked,
    prompt: asked.text('prompt') ?? '',
    size: size === null ? undefined : { width: Number(size[1]), height: Number(size[2]) },
    format: asked.text('output_format'),
  };
}

/** The answer's images: addresses, or bytes as base64. */
export function imagesResult(
  images: readonly ({ readonly url: string } | { readonly b64_json: string })[],
  exchange: Exchange,
): OperationResult {
  return { body: { created: exchange.created, data: images }, usage: { outputImages: images.length } };
}

/** Width to height in lowest terms, such as `16:9`. */
export function ratioOf({ width, height }: { readonly width: number; readonly height: number }): string {
  let [a, b] = [width, height];
  while (b !== 0) [a, b] = [b, a % b];
  return `${width / a}:${height / a}`;
}

/** A family that makes images; none of them streams. */
export const imageSide = (
  render: (body: Body, target: Target, exchange: Exchange) => UpstreamCall,
  parse: OperationSide['parse'],
): OperationSide => ({ peek: openaiImages.peek, render, parse });
