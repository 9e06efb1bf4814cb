import { isTimeZone } from './limit-mistakes.ts';
import { listOf, strict, text, textLike, wholeNumber } from './schema-parts.ts';

/** Text that a header can list. */
const tag = () => textLike(/^[\w.:/@+-]{1,64}$/, 'a tag of letters, digits and . : / @ + - _, such as `eu`');

const time = () => textLike(/^(?:[01]\d|2[0-3]):[0-5]\d$/, 'a time of the day such as `08:30`');

/** Members of a deployment that say which requests it is for. */
export function place() {
  return {
    tags: listOf(tag(), "tags such as ['eu']")
      .optional()
      .describe('Requests with these tags go only to deployments that carry them.'),
    region: text('a region such as `eu`')
      .optional()
      .describe('Where it is. Callers with regions are served in those only.'),
    hours: strict(
      {
        from: time().describe('When it opens.'),
        to: time().describe('When it closes; before from: on the next day.'),
        days: listOf(wholeNumber(0, 6), 'days such as [1, 2, 3, 4, 5]')
          .min(1, { error: 'is an empty list, so that it would never be asked; leave it out for every day' })
          .optional()
          .describe('Days of the week on which it opens, 0 = Sunday. Default: every day.'),
        timeZone: text('the name of a time zone, such as `Europe/Berlin`')
          .refine(isTimeZone, { error: 'is no time zone that is known here; write a name such as `Europe/Berlin`' })
          .optional()
          .describe('Default UTC.'),
      },
      "hours such as { from: '08:00', to: '18:00', timeZone: 'Europe/Berlin' }",
    )
      .optional()
      .describe('When it may be asked. Default: always.'),
  };
}

export const defaultTag = () =>
  tag()
    .optional()
    .describe('The tag of requests that have none of the deployments. Default: those without tags serve them.');
