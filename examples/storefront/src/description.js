'use strict';

const marked = require('marked');

/** Product descriptions are written in Markdown by the shop's own staff. */
function descriptionHtml(markdown) {
  return marked.parse(markdown, { gfm: true });
}

module.exports = { descriptionHtml };
