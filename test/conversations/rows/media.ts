import type { PartView } from '../neutral.ts';
import { heard, type Row, says } from '../row.ts';

/** A PNG, a PDF and a sound of a few bytes: providers that look inside are not simulated. */
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=';
const JPEG = '/9j/4AAQSkZJRgABAQEAYABgAAD/2wBDAAgGBg==';
const PDF = 'JVBERi0xLjQKJSVFT0YK';
const WAV = 'UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YQAAAAA=';
const NOTES = 'Minutes of the meeting: nobody came.';

const seen = (...parts: PartView[]) => heard({ turns: [{ role: 'user', parts }] });

/** Images, files, audio and video. */
export const MEDIA: readonly Row[] = [
  {
    name: 'images as bytes, with text between them',
    says: says({
      ollama: {
        messages: [
          { role: 'user', content: 'Compare ', images: [PNG] },
          { role: 'user', content: ' with ', images: [JPEG] },
        ],
      },
      openai: {
        messages: [
          {
            role: 'user',
            content: [
              { type: 'text', text: 'Compare ' },
              { type: 'image_url', image_url: { url: `data:image/png;base64,${PNG}` } },
              { type: 'text', text: ' with ' },
              { type: 'image_url', image_url: { url: `data:image/jpeg;base64,${JPEG}` } },
            ],
          },
        ],
      },
      anthropic: {
        messages: [
          {
            role: 'user',
            content: [
              { type: 'text', text: 'Compare ' },
              { type: 'image', source: { type: 'base64', media_type: 'image/png', data: PNG } },
              { type: 'text', text: ' with ' },
              { type: 'image', source: { type: 'base64', media_type: 'image/jpeg', data: JPEG } },
            ],
          },
        ],
      },
      gemini: {
        contents: [
          {
            role: 'user',
            parts: [
              { text: 'Compare ' },
              { inlineData: { mimeType: 'image/png', data: PNG } },
              { text: ' with ' },
              { inlineData: { mimeType: 'image/jpeg', data: JPEG } },
            ],
          },
        ],
      },
    }),
    request: seen(
      { text: 'Compare ' },
      { image: { data: PNG, mediaType: 'image/png' } },
      { text: ' with ' },
      { image: { data: JPEG, mediaType: 'image/jpeg' } },
    ),
    answer: { text: 'Compare  with ' },
  },
  {
    // An address stays an address where the target takes one.
    name: 'an image by its address',
    case: 68,
    says: says({
      openai: {
        messages: [
          { role: 'user', content: [{ type: 'image_url', image_url: { url: 'https://example.com/cat.png' } }] },
        ],
      },
      anthropic: {
        messages: [
          { role: 'user', content: [{ type: 'image', source: { type: 'url', url: 'https://example.com/cat.png' } }] },
        ],
      },
      gemini: {
        contents: [
          { role: 'user', parts: [{ fileData: { mimeType: 'image/png', fileUri: 'https://example.com/cat.png' } }] },
        ],
      },
    }),
    script: 'text-4',
    request: seen({ image: { url: 'https://example.com/cat.png' } }),
    answer: {},
  },
  {
    name: 'how closely to look at an image',
    says: says({
      openai: {
        messages: [
          {
            role: 'user',
            content: [{ type: 'image_url', image_url: { url: `data:image/png;base64,${PNG}`, detail: 'low' } }],
          },
        ],
      },
    }),
    script: 'text-4',
    request: seen({ image: { data: PNG, mediaType: 'image/png' }, detail: 'low' }),
    answer: {},
  },
  {
    name: 'a PDF as bytes, with its name',
    says: says({
      openai: {
        messages: [
          {
            role: 'user',
            content: [
              { type: 'file', file: { filename: 'lease.pdf', file_data: `data:application/pdf;base64,${PDF}` } },
            ],
          },
        ],
      },
      anthropic: {
        messages: [
          {
            role: 'user',
            content: [
              {
                type: 'document',
                title: 'lease.pdf',
                source: { type: 'base64', media_type: 'application/pdf', data: PDF },
              },
            ],
          },
        ],
      },
      gemini: {
        contents: [
          {
            role: 'user',
            parts: [{ inlineData: { mimeType: 'application/pdf', data: PDF, displayName: 'lease.pdf' } }],
          },
        ],
      },
    }),
    script: 'text-4',
    request: seen({ document: { data: PDF, mediaType: 'application/pdf' }, name: 'lease.pdf' }),
    answer: {},
  },
  {
    name: 'a PDF by its address',
    says: says({
      anthropic: {
        messages: [
          {
            role: 'user',
            content: [{ type: 'document', source: { type: 'url', url: 'https://example.com/lease.pdf' } }],
          },
        ],
      },
      gemini: {
        contents: [
          {
            role: 'user',
            parts: [{ fileData: { mimeType: 'application/pdf', fileUri: 'https://example.com/lease.pdf' } }],
          },
        ],
      },
    }),
    script: 'text-4',
    request: seen({ document: { url: 'https://example.com/lease.pdf' } }),
    answer: {},
  },
  {
    name: 'a document of plain text, with its context',
    says: says({
      anthropic: {
        messages: [
          {
            role: 'user',
            content: [
              {
                type: 'document',
                title: 'minutes.txt',
                context: 'From the archive.',
                source: { type: 'text', media_type: 'text/plain', data: NOTES },
              },
              { type: 'text', text: 'Sum up.' },
            ],
          },
        ],
      },
    }),
    request: seen(
      {
        document: { data: Buffer.from(NOTES).toString('base64'), mediaType: 'text/plain' },
        name: 'minutes.txt',
        context: 'From the archive.',
      },
      { text: 'Sum up.' },
    ),
    answer: { text: 'Sum up.' },
  },
  {
    name: 'audio',
    says: says({
      openai: {
        messages: [
          {
            role: 'user',
            content: [
              { type: 'input_audio', input_audio: { data: WAV, format: 'wav' } },
              { type: 'text', text: 'Who speaks?' },
            ],
          },
        ],
      },
      gemini: {
        contents: [
          { role: 'user', parts: [{ inlineData: { mimeType: 'audio/wav', data: WAV } }, { text: 'Who speaks?' }] },
        ],
      },
    }),
    request: seen({ audio: { data: WAV, mediaType: 'audio/wav' } }, { text: 'Who speaks?' }),
    answer: { text: 'Who speaks?' },
  },
  {
    name: 'video',
    says: says({
      gemini: {
        contents: [
          { role: 'user', parts: [{ inlineData: { mimeType: 'video/mp4', data: WAV } }, { text: 'What happens?' }] },
        ],
      },
    }),
    request: seen({ video: { data: WAV, mediaType: 'video/mp4' } }, { text: 'What happens?' }),
    answer: { text: 'What happens?' },
  },
  {
    name: 'an image in the answer',
    says: says({
      ollama: { messages: [{ role: 'user', content: 'Draw a dot.' }] },
      openai: { messages: [{ role: 'user', content: 'Draw a dot.' }] },
      anthropic: { messages: [{ role: 'user', content: 'Draw a dot.' }] },
      gemini: { contents: [{ role: 'user', parts: [{ text: 'Draw a dot.' }] }] },
    }),
    script: 'image+echo',
    request: heard({ turns: [{ role: 'user', parts: [{ text: 'Draw a dot.' }] }] }),
    answer: { text: 'Draw a dot.' },
  },
];
