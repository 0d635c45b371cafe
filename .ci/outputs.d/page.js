// page TOOLS PAGES PICTURES - the HTML reports in Chromium: what they ask for, whether axe-core finds a barrier, whether the keyboard opens
// everything, whether paper shows everything, and whether hostile words did anything.
'use strict';
const fs = require('fs');
const path = require('path');
const { pathToFileURL } = require('url');
const [tools, list, pictures] = process.argv.slice(2);
const { chromium } = require(path.join(tools, 'node_modules/playwright-core'));
const axe = fs.readFileSync(path.join(tools, 'node_modules/axe-core/axe.min.js'), 'utf8');
const pages = JSON.parse(fs.readFileSync(list, 'utf8'));
const FLAGS = ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-sync'];
const WIDE = { width: 1280, height: 900 };
const PHONE = { width: 390, height: 844 };
// A4 at 96 dpi, less margins of 1 cm.
const PAPER = { width: 718, height: 1000 };

const say = (row) => process.stdout.write(JSON.stringify(row) + '\n');

/** Opens a page as a person would, and reports whatever it says, asks for or runs. */
async function open(browser, name, options) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const url = pathToFileURL(pages[name]).href;
  const miss = (what) => say({ page: name, miss: 'HTML: ' + what });
  page.on('console', (message) => miss(`the console says: ${message.text().slice(0, 200)}`));
  page.on('pageerror', (error) => miss(`an error: ${error}`));
  page.on('dialog', (dialog) => { miss('a dialog opens'); dialog.dismiss(); });
  page.on('popup', () => miss('a window opens'));
  page.on('request', (request) => { if (request.url() !== url) miss(`it asks for ${request.url().slice(0, 200)}`); });
  page.on('framenavigated', (frame) => { if (frame !== page.mainFrame()) miss('it has a frame'); });
  await page.addInitScript(() => {
    window.__violations = [];
    document.addEventListener('securitypolicyviolation', (event) => window.__violations.push(event.violatedDirective + ' ' + event.blockedURI));
  });
  await page.goto(url, { waitUntil: 'load' });
  return { context, page, miss };
}

const unfold = (page) => page.evaluate(() => document.querySelectorAll('details').forEach((details) => { details.open = true; }));

/** Numbers and short words of tables and labels that are broken over two lines: `1` above `6` reads as no 16. */
const broken = (page) => page.evaluate(() => {
  const found = new Set();
  for (const element of document.querySelectorAll('td, th, .word')) {
    const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    for (let text = texts.nextNode(); text !== null; text = texts.nextNode()) {
      for (const word of text.data.matchAll(/(?<![\S])[A-Za-z]{1,10}(?![\S])|(?<![\S])[0-9]{1,6}(?![\S])/g)) {
        const range = document.createRange();
        range.setStart(text, word.index);
        range.setEnd(text, word.index + word[0].length);
        const tops = new Set([...range.getClientRects()].filter((box) => box.width > 0).map((box) => Math.round(box.top)));
        if (tops.size > 1) found.add(word[0]);
      }
    }
  }
  return [...found];
});

/** How many elements stick out to the right, and which. */
const wide = (page) => page.evaluate(() => {
  const root = document.documentElement;
  const excess = root.scrollWidth - root.clientWidth;
  const scrolls = (element) => element.closest('.scroll') !== null;
  const out = [...document.querySelectorAll('body *')].filter((element) => !scrolls(element) && element.getBoundingClientRect().right > root.clientWidth + 1);
  return { excess, out: out.slice(0, 3).map((element) => element.outerHTML.slice(0, 100)) };
});

async function barriers(browser, name) {
  let passes = 0;
  const incomplete = {}, violations = new Map();
  for (const colorScheme of ['light', 'dark']) {
    for (const viewport of [WIDE, PHONE]) {
      // The page's own policy would keep axe from measuring some things; it is looked at in another context.
      const { context, page, miss } = await open(browser, name, { colorScheme, viewport, bypassCSP: true });
      // The long page of hostile words has no other elements when it is folded.
      for (const folded of name === 'hostile' ? [false] : [true, false]) {
        if (!folded) await unfold(page);
        await page.evaluate(axe);
        const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations', 'incomplete', 'passes'] }));
        for (const violation of found.violations) {
          const node = violation.nodes[0];
          const told = `${violation.id} (${violation.impact}) x${violation.nodes.length}: ${node.html.slice(0, 140)}: ${node.failureSummary.replace(/\s+/g, ' ').slice(0, 300)}`;
          const where = `${colorScheme} ${viewport.width} px ${folded ? 'folded' : 'unfolded'}`;
          violations.set(told, [...(violations.get(told) || []), where]);
        }
        passes += found.passes.length;
        if (!found.passes.some((pass) => pass.id === 'color-contrast')) miss('axe measured no contrast');
        for (const rule of found.incomplete) incomplete[rule.id] = (incomplete[rule.id] || 0) + rule.nodes.length;
      }
      const words = await broken(page);
      if (words.length) miss(`${colorScheme}, ${viewport.width} px: ${words.length} numbers and words are broken over lines: ${words.slice(0, 12).join(', ')}`);
      const { excess, out } = await wide(page);
      if (excess > 0) miss(`${viewport.width} px: the page scrolls ${excess} px to the side: ${out.join(' | ')}`);
      if (pictures && name !== 'harmless') {
        const shape = viewport === WIDE ? 'desktop' : 'phone';
        await page.screenshot({ path: path.join(pictures, `${name}-${colorScheme}-${shape}-unfolded.png`), fullPage: name !== 'hostile' });
        await page.evaluate(() => document.querySelectorAll('details').forEach((details) => { details.open = false; }));
        await page.screenshot({ path: path.join(pictures, `${name}-${colorScheme}-${shape}.png`), fullPage: name !== 'hostile' });
      }
      await context.close();
    }
  }
  for (const [told, where] of violations) say({ page: name, miss: `HTML: axe: ${told} (${where.length} times, first ${where[0]})` });
  const left = Object.entries(incomplete).map(([id, number]) => `${id} x${number}`).join(', ');
  return `axe ${passes} passes, left to a human: ${left || 'nothing'}`;
}

/** Tab reaches each summary, Enter opens it, and what has the focus shows it. */
async function keyboard(browser, name) {
  const { context, page, miss } = await open(browser, name, { viewport: WIDE });
  const total = await page.evaluate(() => document.querySelectorAll('summary').length);
  const reached = new Set();
  let steps = 0, links = 0;
  for (; steps < 4 * total + 200; steps++) {
    await page.keyboard.press('Tab');
    const at = await page.evaluate(() => {
      const element = document.activeElement;
      if (element === null || element === document.body || element === document.documentElement) return null;
      const box = element.getBoundingClientRect();
      const style = getComputedStyle(element);
      const tag = element.tagName.toLowerCase();
      const shows = box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0;
      return { tag, shows, outline: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2, html: element.outerHTML.slice(0, 100),
        number: [...document.querySelectorAll('summary')].indexOf(element), open: tag === 'summary' && element.parentElement.open };
    });
    // The focus has left the page.
    if (at === null) break;
    if (!at.shows || !at.outline) miss(`the focus is not seen: ${at.html}`);
    if (at.tag !== 'summary') { links++; continue; }
    if (reached.has(at.number)) miss(`Tab comes back to ${at.html}`);
    reached.add(at.number);
    if (at.open) continue;
    await page.keyboard.press('Enter');
    const opened = await page.evaluate(() => document.activeElement.parentElement.open);
    if (!opened) miss(`Enter does not open ${at.html}`);
  }
  if (reached.size !== total) miss(`Tab reaches ${reached.size} of ${total} summaries in ${steps} steps`);
  const skip = await page.evaluate(() => { const link = document.querySelector('a.skip'); return link !== null && document.querySelector(link.getAttribute('href')) !== null; });
  if (!skip) miss('the link past the head leads nowhere');
  const violations = await page.evaluate(() => window.__violations);
  if (violations.length) miss(`its own policy is violated: ${violations.slice(0, 3).join(', ')}`);
  if (await page.evaluate(() => window.__pwned !== undefined)) miss('a script ran');
  // Were the style refused, the body would have a margin.
  if (await page.evaluate(() => getComputedStyle(document.body).margin) !== '0px') miss('the style is not applied');
  await context.close();
  return `${reached.size} summaries opened and ${links} other stops by keyboard`;
}

/** On paper nothing is folded away, and nothing sticks out. */
async function paper(browser, name) {
  // Chromium prints in light whatever is preferred.
  const { context, page, miss } = await open(browser, name, { viewport: PAPER, colorScheme: 'light' });
  await page.emulateMedia({ media: 'print', colorScheme: 'light' });
  const { hidden, shown, out } = await page.evaluate(() => {
    const inside = [...document.querySelectorAll('details')].flatMap((details) => [...details.children].filter((child) => child.tagName !== 'SUMMARY'));
    const seen = (element) => element.getBoundingClientRect().height > 0 && element.checkVisibility({ contentVisibilityAuto: true, checkOpacity: true, checkVisibilityCSS: true });
    // An empty line has no height.
    const hidden = inside.filter((element) => element.textContent.trim() !== '' && !seen(element));
    const out = [...document.querySelectorAll('body *')].filter((element) => !element.classList.contains('skip') && element.getBoundingClientRect().right > innerWidth + 1);
    return { hidden: hidden.map((element) => element.outerHTML.slice(0, 100)), shown: inside.length, out: out.map((element) => element.outerHTML.slice(0, 100)) };
  });
  if (hidden.length) miss(`on paper ${hidden.length} of ${shown} folded parts are not shown, such as ${hidden[0]}`);
  if (out.length) miss(`on paper ${out.length} elements are cut off at the right, such as ${out[0]}`);
  const pdf = await page.pdf({ format: 'A4', margin: { top: '1cm', bottom: '1cm', left: '1cm', right: '1cm' }, path: pictures ? path.join(pictures, `${name}.pdf`) : undefined });
  await context.close();
  return `${shown} folded parts on paper, ${(pdf.toString('latin1').match(/\/Type\s*\/Page\b/g) || []).length} sheets`;
}

/** Each kind of element with its attributes, and the values of those that do something. */
async function kinds(browser, name) {
  const { context, page, miss } = await open(browser, name, { viewport: WIDE });
  await page.waitForTimeout(300);
  const found = await page.evaluate(() => {
    const does = ['class', 'href', 'http-equiv', 'role', 'scope', 'viewbox', 'name', 'rel', 'type', 'tabindex'];
    const kinds = {};
    for (const element of document.querySelectorAll('*')) {
      const attributes = [...element.attributes].map((attribute) => attribute.name + (does.includes(attribute.name.toLowerCase()) ? '=' + attribute.value : '')).sort();
      const kind = [element.tagName.toLowerCase(), ...attributes].join(' ');
      kinds[kind] = (kinds[kind] || 0) + 1;
    }
    const comments = document.createTreeWalker(document, NodeFilter.SHOW_COMMENT);
    return { kinds, comments: comments.nextNode() !== null, title: document.title, titles: document.head.querySelectorAll('title').length,
      heading: document.querySelector('h1 .word').textContent, headings: document.querySelectorAll('h1').length, pwned: window.__pwned !== undefined,
      text: document.body.innerText.length, url: location.href };
  });
  if (found.pwned) miss('a script ran');
  await context.close();
  return found;
}

(async () => {
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: FLAGS });
  if (pictures) fs.mkdirSync(pictures, { recursive: true });
  for (const name of Object.keys(pages)) {
    // The twin of the hostile page is there to be compared.
    const looks = name === 'harmless' ? [] : [keyboard, paper, barriers];
    const told = [];
    for (const look of looks) told.push(await look(browser, name));
    if (told.length) say({ page: name, told: told.join('; ') });
  }
  if (pages.hostile && pages.harmless) {
    const [hostile, harmless] = [await kinds(browser, 'hostile'), await kinds(browser, 'harmless')];
    const miss = (what) => say({ page: 'hostile', miss: 'HTML: ' + what });
    const known = new Set(Object.keys(harmless.kinds));
    const strange = Object.keys(hostile.kinds).filter((kind) => !known.has(kind));
    if (strange.length) miss(`elements that the harmless page has not: ${strange.slice(0, 5).join(' | ')}`);
    if (hostile.comments) miss('it has a comment');
    if (hostile.titles !== 1 || hostile.headings !== 1) miss(`${hostile.titles} titles, ${hostile.headings} main headings`);
    const start = harmless.title.slice(0, harmless.title.indexOf(':', harmless.title.indexOf('BLOCK')));
    if (!hostile.title.startsWith(start + ':') || !/BLOCK$/.test(start)) miss(`its title is ${hostile.title.slice(0, 120)}`);
    if (hostile.heading !== harmless.heading) miss(`its heading says ${hostile.heading}`);
    for (const kind of ['h2', 'style', 'meta http-equiv=Content-Security-Policy', 'main id']) {
      const count = (page) => Object.entries(page.kinds).filter(([one]) => one.startsWith(kind)).reduce((sum, [, number]) => sum + number, 0);
      if (count(hostile) !== count(harmless)) miss(`${count(hostile)} x ${kind}, the harmless page has ${count(harmless)}`);
    }
    say({ page: 'hostile', told: `${Object.keys(hostile.kinds).length} kinds of elements, none that the harmless page has not; title: ${hostile.title.slice(0, 70)}` });
  }
  await browser.close();
  say({ done: true });
})().catch((error) => { process.stderr.write(String(error.stack || error) + '\n'); process.exit(1); });
