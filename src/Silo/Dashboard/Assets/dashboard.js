// What a page cannot do as plain HTML: follow its changes, tell times, act in place, and be driven by keys. Everything works without it, but stands still.
const $ = (id) => document.getElementById(id);
const all = (query, root = document) => [...root.querySelectorAll(query)];
const parse = (html) => new DOMParser().parseFromString(html, 'text/html');
let skew = 0, stream, timer, mark, tries = 0, toldAt = 0, waiting = 0;

// ---- One page becomes another with as little as possible: what has focus, is open or plays stays as it is.
const sync = (to, from) => {
  for (const { name, value } of [...from.attributes]) {
    if (name === 'open' && to.dataset.hand) continue;
    if (to.getAttribute(name) !== value) to.setAttribute(name, value);
  }
  for (const { name } of [...to.attributes]) {
    if (!from.hasAttribute(name) && name !== 'data-hand' && !(name === 'open' && to.dataset.hand)) to.removeAttribute(name);
  }
};
const morph = (to, from) => {
  if (to.isEqualNode(from)) return;
  if (to.nodeType !== from.nodeType || to.nodeName !== from.nodeName || (to.id || '') !== (from.id || '')) return void to.replaceWith(from);
  if (to.nodeType !== 1) return void (to.data = from.data);
  sync(to, from);
  let here = to.firstChild;
  for (const next of [...from.childNodes]) {
    let match = next.id ? all(':scope>#' + CSS.escape(next.id), to)[0] : null;
    if (!match && here && !here.id && !next.id && here.nodeName === next.nodeName) match = here;
    if (!match) to.insertBefore(next, here);
    else {
      if (match === here) here = here.nextSibling; else to.insertBefore(match, here);
      morph(match, next);
    }
  }
  while (here) { const gone = here; here = here.nextSibling; gone.remove(); }
};

// ---- Times
const two = (n) => String(n).padStart(2, '0');
const span = (s) => s < 0 ? '0 s' : s < 60 ? Math.floor(s) + ' s' : s < 3600 ? Math.floor(s / 60) + ':' + two(Math.floor(s % 60))
  : Math.floor(s / 3600) + ':' + two(Math.floor(s / 60 % 60)) + ':' + two(Math.floor(s % 60));
const ago = (s) => s < 5 ? 'just now' : s < 60 ? Math.floor(s) + ' s ago' : s < 3600 ? Math.floor(s / 60) + ' min ago'
  : s < 86400 ? Math.floor(s / 3600) + ' h ago' : Math.floor(s / 86400) + ' d ago';
const tick = () => all('time').forEach((time) => {
  const s = (Date.now() + skew - Date.parse(time.dateTime)) / 1000, kind = time.dataset;
  const text = 'ago' in kind ? ago(s) : 'since' in kind ? span(s) : 'until' in kind ? span(-s) : time.textContent;
  if (time.textContent !== text) time.textContent = text;
});

// ---- Changes
const apply = (patch) => {
  const body = document.body.dataset;
  if (patch.version && patch.version < +body.version) return;
  if (+body.version !== patch.version) body.version = patch.version;
  document.title = patch.title;
  for (const [id, html] of patch.parts) {
    const to = $(id), from = document.createElement('template');
    from.innerHTML = id === 'page' ? `<div id="page">${html}</div>` : html;
    if (to) morph(to, from.content.firstElementChild);
  }
  tick();
  choose();
  if (patch.told && patch.told !== $('told').textContent && Date.now() - toldAt > 10000) { toldAt = Date.now(); $('told').textContent = patch.told; }
};
const word = (text) => { if ($('live')) { $('live').hidden = false; $('live').className = 'live ' + text; $('live-word').textContent = text; } };
const stop = () => { clearTimeout(timer); if (stream) stream.close(); stream = null; };
const start = () => {
  stop();
  if (!('live' in document.body.dataset) || document.hidden || $('pause').getAttribute('aria-pressed') === 'true') return;
  const url = new URL(location);
  url.searchParams.set('mark', mark);
  stream = new EventSource(url);
  stream.addEventListener('hello', (event) => {
    const hello = JSON.parse(event.data);
    if (hello.program !== document.body.dataset.program && !$('dialog').open) return location.reload();
    skew = Date.parse(hello.now) - Date.now();
    tries = 0;
    $('lost').hidden = true;
    word('live');
  });
  stream.onmessage = (event) => { apply(JSON.parse(event.data)); mark = event.lastEventId; };
  // The browser's own way gives up on an answer that is an error; a silo that starts again gives such answers for a while.
  stream.onerror = () => {
    stop();
    if (++tries > 1) { $('lost').textContent = 'The silo does not answer. This page goes on by itself when one does.'; $('lost').hidden = false; word('lost'); }
    timer = setTimeout(start, Math.min(2000, 250 * tries) * (0.75 + Math.random() / 2));
  };
};

// ---- Acts: the page of an act opens over this one, and its answer shows here.
const dialog = (form) => {
  const box = $('dialog');
  box.replaceChildren(form);
  if (!box.open) box.showModal();
  (box.querySelector('[autofocus]') || box.querySelector('input:not([type=hidden]),button')).focus();
};
const show = (page, url) => {
  const form = page.getElementById('act');
  if (form) return dialog(form);
  $('dialog').close();
  const other = new URL(url);
  if (other.pathname + other.search !== location.pathname + location.search) {
    history.pushState(null, '', other);
    document.title = page.title;
    morph(document.body, page.body);
    begin();
  } else morph($('page'), page.getElementById('page'));
  $('said').textContent = '';
  $('said').textContent = page.getElementById('said').textContent;
  tick();
};
const send = async (url, options) => {
  try {
    const answer = await fetch(url, { headers: { accept: 'text/html' }, ...options });
    show(parse(await answer.text()), answer.url);
  } catch {
    $('said').textContent = 'No answer came, so it is not known whether that was done. Look before you repeat it.';
  }
};
const plain = (event) => event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
document.addEventListener('click', (event) => {
  const at = event.target, link = at.closest('a[data-act]');
  if (link && !plain(event)) { event.preventDefault(); send(link.href); }
  const summary = at.closest('summary');
  if (summary) summary.parentNode.dataset.hand = '1';
  if (at.closest('[data-close]') && $('dialog').open) { event.preventDefault(); $('dialog').close(); }
  const copy = at.closest('[data-copy]');
  if (copy) {
    navigator.clipboard.writeText(copy.parentNode.querySelector('code').textContent).then(() => {
      copy.textContent = 'Copied';
      setTimeout(() => { copy.textContent = 'Copy'; }, 1500);
    });
  }
  const seek = at.closest('a[data-seek]'), video = document.querySelector('video');
  if (seek && video && !plain(event)) { event.preventDefault(); video.currentTime = +seek.dataset.seek; video.play(); }
});
document.addEventListener('submit', (event) => {
  const form = event.target, by = event.submitter;
  if (form.method === 'dialog') return;
  const fields = new FormData(form, by), action = by && by.hasAttribute('formaction') ? by.formAction : form.action;
  if (form.method === 'post' && form.closest('dialog')) {
    event.preventDefault();
    send(action, { method: 'POST', body: new URLSearchParams(fields) });
  } else if (form.matches('#picks')) {
    event.preventDefault();
    send(action + '?' + new URLSearchParams(fields));
  }
});

// ---- Forms: filters apply at once, a command line says what the form would do, and chosen rows are counted.
let typing;
const choose = () => {
  const bar = $('chosen');
  if (bar) { const n = all('input[name=task]:checked').length; bar.textContent = n ? n + ' chosen' : ''; bar.closest('form').classList.toggle('some', n > 0); }
};
document.addEventListener('input', (event) => {
  const at = event.target, form = at.form;
  if (at.id === 'every') all('input[name=task]').forEach((box) => { box.checked = at.checked; });
  choose();
  if (at.id === 'keys-on') localStorage.setItem('keys', at.checked ? '' : 'off');
  if (form && form.matches('#filter')) { clearTimeout(typing); typing = setTimeout(() => filter(form), 300); }
  const line = form && form.querySelector('[data-line]');
  if (line) {
    const quote = (text) => /^[\w.:@%+=,/-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
    const fields = new FormData(form);
    line.textContent = line.dataset.line.replace(/ ?([\w-]+ )?\{(\w+)\}/g, (_, option, name) => {
      const values = fields.getAll(name).filter((value) => value);
      return values.length ? ` ${option || ''}${option && values[0] === 'on' ? '' : values.map(quote).join(' ')}`.trimEnd() : '';
    });
  }
});
const filter = async (form) => {
  const fields = [...new FormData(form)].filter(([, value]) => value), url = form.action + (fields.length ? '?' + new URLSearchParams(fields) : '');
  const answer = await fetch(url, { headers: { accept: 'text/html' } }), page = parse(await answer.text());
  history.replaceState(null, '', url);
  const focused = document.activeElement, value = focused && focused.value;
  morph($('page'), page.getElementById('page'));
  if (focused && focused.form === form) focused.value = value;
  mark = page.body.dataset.mark;
  document.title = page.title;
  tick();
  start();
};

// ---- Keys
let prefix = 0;
document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.nodeName) && event.target.type !== 'checkbox'
    || $('dialog').open || $('help').open || localStorage.getItem('keys') === 'off') return;
  const key = event.key, list = all('[data-row]'), at = list.findIndex((row) => row.contains(document.activeElement));
  const row = key === 'j' ? list[Math.min(at + 1, list.length - 1)] : key === 'k' ? list[Math.max(at - 1, 0)] : null;
  if (row) row.querySelector('a').focus();
  else if (key === 'x' && at >= 0) list[at].querySelector('input[type=checkbox]')?.click();
  else if (key === '/') { const box = document.querySelector('[type=search]'); if (!box) return; box.focus(); event.preventDefault(); }
  else if (key === '?') help();
  else if (key === 'p' && $('pause')) $('pause').click();
  else if (key === 'g') prefix = Date.now();
  else if (Date.now() - prefix < 1500) { const link = document.querySelector(`[data-key="${CSS.escape(key)}"]`); if (link) link.click(); }
});
const help = () => { $('keys-on').checked = localStorage.getItem('keys') !== 'off'; $('help').showModal(); };
const pause = () => {
  const button = $('pause'), on = button.getAttribute('aria-pressed') !== 'true';
  button.setAttribute('aria-pressed', on);
  button.textContent = on ? 'Follow' : 'Pause';
  if (on) { stop(); word('paused'); } else start();
};

const begin = () => {
  mark = document.body.dataset.mark;
  if ($('pause')) { $('pause').hidden = false; $('pause').onclick = pause; }
  $('keys').hidden = false;
  $('keys').onclick = help;
  tick();
  choose();
  start();
};
document.addEventListener('visibilitychange', () => document.hidden ? stop() : start());
window.addEventListener('popstate', () => location.reload());
window.addEventListener('pagehide', stop);
window.addEventListener('pageshow', (event) => { if (event.persisted) start(); });
setInterval(tick, 1000);
begin();
