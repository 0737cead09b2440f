// What a page cannot do as plain HTML: follow its changes, tell times, act in place, and be driven by keys. Everything works without it, but stands still.
const doc = document, $ = (id) => doc.getElementById(id);
const say = (id, text) => { $(id).textContent = text; };
const on = addEventListener;
const all = (query, root = doc) => [...root.querySelectorAll(query)];
const one = (query, root) => all(query, root)[0];
const child = (root, id) => one(':scope>#' + CSS.escape(id), root);
const ask = async (url, options) => {
  const answer = await fetch(url, { headers: { accept: 'text/html' }, ...options });
  return [new DOMParser().parseFromString(await answer.text(), 'text/html'), answer.url];
};
const own = doc.body.dataset, box = $('dialog'), floor = Math.floor;
let skew = 0, stream, timer, typing, mark, tries = 0, toldAt = 0, asked = 0, filters = 0, prefix;

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
// A form's own property is its field of that name, where it has one.
const idOf = (node) => node.attributes?.id?.value;
const morph = (to, from) => {
  if (to.isEqualNode(from)) return;
  if (/^blob/.test(to.src)) return keep(to, from);
  if (to.nodeName !== from.nodeName || idOf(to) !== idOf(from)) return void to.replaceWith(from);
  if (to.nodeType !== 1) return void (to.data = from.data);
  sync(to, from);
  // What is gone makes room first, as texts do on the way: what stays behind them is not moved, since that would take its focus.
  for (const gone of [...to.children]) if (idOf(gone) && !child(from, idOf(gone))) gone.remove();
  let here = to.firstChild;
  const drop = () => { const gone = here; here = here.nextSibling; gone.remove(); };
  for (const next of [...from.childNodes]) {
    let match = child(to, idOf(next));
    if (!match && here && !idOf(here) && !idOf(next) && here.nodeName === next.nodeName) match = here;
    if (!match) to.insertBefore(next, here);
    else {
      while (here !== match && here.nodeType !== 1) drop();
      if (match === here) here = here.nextSibling; else to.insertBefore(match, here);
      morph(match, next);
    }
  }
  while (here) drop();
};

// ---- A film that is still being made: its parts are appended as they come, and its captions are read anew. The finished one takes its place when it has been
// seen.
const film = async () => {
  const video = one('video[src$=m3u8]');
  if (!video) return;
  const begin = video.src, source = new MediaSource(), read = async (url, as = 'text') => {
    const answer = await fetch(url);
    if (!answer.ok) throw answer.status;
    return answer[as]();
  };
  video.src = URL.createObjectURL(source);
  let list, buffer, next = 0;
  for (; video.isConnected; await new Promise((done) => setTimeout(done, 1000))) {
    try {
      if (!list) {
        const text = await read(begin);
        buffer = source.addSourceBuffer(`video/mp4;codecs="${text.match(/CODECS="(.*?)"/)[1].replace('fLaC', 'flac')}"`);
        list = new URL(text.match(/^[^#].*/m)[0], begin);
      }
      const text = await read(list), parts = text.replace(/.*URI="(.*)"/g, '$1').match(/^[^#].*/gm);
      for (; next < parts.length; next++) {
        buffer.appendBuffer(await read(new URL(parts[next], list), 'arrayBuffer'));
        await new Promise((done) => buffer.onupdateend = done);
        video.firstChild.src += '#';
      }
      if (text.includes('ENDLIST')) return source.endOfStream();
    } catch (status) {
      // Another edition; all else passes, as when the browser has no room for more until some of it was seen.
      if (status === 404 && list) { video.src = begin; return film(); }
    }
  }
};
const keep = (to, from) => {
  if (/m3u8$/.test(from.src) || to.onended) return;
  to.onended = () => to.replaceWith(from);
  if (to.ended || !to.currentTime) to.onended(); else to.innerHTML = from.innerHTML;
};

// ---- Times
const two = (n) => ('0' + floor(n)).slice(-2);
const span = (s) => s < 0 ? '0 s' : s < 60 ? floor(s) + ' s'
  : (s < 3600 ? floor(s / 60) : floor(s / 3600) + ':' + two(s / 60 % 60)) + ':' + two(s % 60);
const ago = (s) => s < 5 ? 'just now' : (s < 60 ? floor(s) + ' s' : s < 3600 ? floor(s / 60) + ' min'
  : s < 86400 ? floor(s / 3600) + ' h' : floor(s / 86400) + ' d') + ' ago';
const tick = () => all('time').forEach((time) => {
  const s = (Date.now() + skew - Date.parse(time.dateTime)) / 1000, kind = time.dataset;
  const text = 'ago' in kind ? ago(s) : 'since' in kind ? span(s) : 'until' in kind ? span(-s) : time.textContent;
  if (time.textContent !== text) time.textContent = text;
});

// ---- Changes
// A page never goes back to an older state, wherever that comes from. Version 0 is of what has no versions.
const isOld = (version) => +version && +version < +own.version;
const date = (version, title) => {
  if (+own.version !== +version) own.version = version;
  doc.title = title;
  tick();
  choose();
};
// False when the page is not the one that the patch is for.
const apply = (patch) => {
  if (isOld(patch.version)) return false;
  const fits = patch.parts.map(([id, html]) => {
    const to = $(id), from = doc.createElement('template');
    from.innerHTML = id === 'page' ? `<div id="page">${html}</div>` : html;
    if (to) morph(to, from.content.firstElementChild);
    return to;
  }).every((to) => to);
  date(patch.version, patch.title);
  if (patch.told && patch.told !== $('told').textContent && Date.now() - toldAt > 10000) { toldAt = Date.now(); say('told', patch.told); }
  return fits;
};
// A page that was asked for takes the place of this one, and the stream goes on from what it shows.
const take = ({ body, title }) => {
  if (!isOld(body.dataset.version)) {
    morph($('page'), one('#page', body));
    mark = body.dataset.mark;
    date(body.dataset.version, title);
  }
  start();
};
const word = (text) => { if ($('live')) { $('live').hidden = false; $('live').className = 'live ' + text; say('live-word', text); } };
const stop = () => { clearTimeout(timer); stream?.close(); stream = null; };
const start = () => {
  stop();
  if (!('live' in own) || doc.hidden || $('pause').ariaPressed === 'true') return;
  const url = new URL(location);
  url.searchParams.set('mark', mark);
  stream = new EventSource(url);
  stream.addEventListener('hello', (event) => {
    const hello = JSON.parse(event.data);
    if (hello.program !== own.program && !box.open) return location.reload();
    skew = Date.parse(hello.now) - Date.now();
    tries = 0;
    $('lost').hidden = true;
    word('live');
  });
  stream.onmessage = (event) => {
    mark = apply(JSON.parse(event.data)) ? event.lastEventId : '';
    if (!mark) { stop(); timer = setTimeout(start, 500); }
  };
  // The browser's own way gives up on an answer that is an error; a silo that starts again gives such answers for a while.
  stream.onerror = () => {
    stop();
    if (++tries > 1) { say('lost', 'The silo does not answer. This page goes on by itself when one does.'); $('lost').hidden = false; word('lost'); }
    timer = setTimeout(start, Math.min(2000, 250 * tries) * (0.75 + Math.random() / 2));
  };
};

// ---- Acts: the page of an act opens over this one, and its answer shows here.
const dialog = (form) => {
  box.replaceChildren(form);
  if (!box.open) box.showModal();
  (one('[autofocus]', box) || one('input:not([type=hidden]),button', box)).focus();
};
// However it is closed, nothing of it stays in the page: no form for who is quick, and no secret that is shown once.
box.onclose = () => box.open || say('dialog', '');
// A late answer leaves alone what was asked for since, unless it leads to another page.
const show = ([page, url], isLate) => {
  const form = page.getElementById('act'), text = page.getElementById('said');
  if (form && !isLate) return dialog(form);
  if (form || !text) throw page;
  if (!isLate) box.close();
  if (url !== location.href.split('#')[0]) {
    box.close();
    history.pushState(null, '', url);
    doc.title = page.title;
    morph(doc.body, page.body);
    begin();
  } else take(page);
  say('said', '');
  say('said', text.textContent);
};
const send = async (url, options, form = {}) => {
  const mine = ++asked;
  // What is on its way is not sent again.
  form.inert = true;
  try {
    const answer = await ask(url, options);
    if (options || mine === asked) show(answer, mine !== asked);
  } catch {
    say('said', options ? 'It may have been done. Look before you repeat it.' : 'No answer came.');
  }
  form.inert = false;
};
const plain = (event) => event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
on('click', (event) => {
  const at = event.target, link = at.closest('a[data-act]');
  if (link && !plain(event)) { event.preventDefault(); send(link.href); }
  const summary = at.closest('summary');
  if (summary) summary.parentNode.dataset.hand = 1;
  if (at.closest('[data-close]') && box.open) { event.preventDefault(); box.close(); }
  const copy = at.closest('[data-copy]');
  if (copy) {
    navigator.clipboard.writeText(one('code', copy.parentNode).textContent).then(() => {
      copy.textContent = 'Copied';
      setTimeout(() => { copy.textContent = 'Copy'; }, 1500);
    });
  }
  const seek = at.closest('a[data-seek]'), video = one('video');
  if (seek && video && !plain(event)) { event.preventDefault(); video.currentTime = +seek.dataset.seek; video.play(); }
});
on('submit', (event) => {
  const form = event.target, by = event.submitter;
  if (form.method === 'dialog') return;
  const fields = new FormData(form, by), action = by?.hasAttribute('formaction') ? by.formAction : form.action;
  if (form.method === 'post' && form.closest('dialog')) {
    event.preventDefault();
    send(action, { method: 'POST', body: new URLSearchParams(fields) }, form);
  } else if (form.matches('#picks')) {
    event.preventDefault();
    send(action + '?' + new URLSearchParams(fields));
  }
});

// ---- Forms: filters apply at once, a command line says what the form would do, and chosen rows are counted.
const choose = () => {
  film();
  const n = all('input[name=task]:checked').length;
  if ($('chosen')) say('chosen', n ? n + ' chosen' : '');
};
on('input', (event) => {
  const at = event.target, form = at.form;
  if (at.id === 'every') all('input[name=task]').forEach((box) => { box.checked = at.checked; });
  choose();
  if (at.id === 'keys-on') localStorage.keys = at.checked ? '' : 'off';
  if (form?.matches('#filter')) { clearTimeout(typing); typing = setTimeout(() => filter(form), 300); }
  const line = form && one('[data-line]', form);
  if (line) {
    const quote = (text) => /^[\w.:@%+=,/-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
    const fields = new FormData(form);
    // A word that would be taken for an option stands last, with all that follow it, behind a double dash.
    let last = '';
    line.textContent = line.dataset.line.replace(/\s?(--[\w-]+)?\s?\{(\w+)\}/g, (_, option, name) => {
      const values = fields.getAll(name).filter(Boolean), dash = /(^|,)-\D/.test(values), words = values.map(quote).join(' ');
      if (!words) return '';
      if (option) return ` ${option}${words === 'on' ? '' : (dash ? '=' : ' ') + words}`;
      if (!last && !dash) return ' ' + words;
      last = `${last || ' --'} ${words}`;
      return '';
    }) + last;
  }
});
const filter = async (form) => {
  const fields = `${new URLSearchParams([...new FormData(form)].filter(([, value]) => value))}`, url = form.action + (fields && '?' + fields);
  const mine = ++filters, [page] = await ask(url).catch(() => []);
  // Who types on has asked for something else by now.
  if (mine !== filters) return;
  if (!page) return say('said', 'No answer came.');
  history.replaceState(null, '', url);
  const focused = doc.activeElement, value = focused?.value;
  take(page);
  if (focused?.form === form) focused.value = value;
};

// ---- Keys
on('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches('input:not([type=checkbox]),textarea,select')
    || box.open || $('help').open || localStorage.keys === 'off') return;
  const key = event.key, list = all('[data-row]'), at = list.findIndex((row) => row.contains(doc.activeElement));
  const row = key === 'j' ? list[at + 1] : key === 'k' ? list[at - 1] || list[0] : null;
  if (row) one('a', row).focus();
  else if (key === 'x' && at >= 0) one('input[type=checkbox]', list[at])?.click();
  else if (key === '/') { const box = one('[type=search]'); if (!box) return; box.focus(); event.preventDefault(); }
  else if (key === '?') help();
  else if (key === 'p' && $('pause')) $('pause').click();
  else if (key === 'g') prefix = Date.now();
  else if (Date.now() - prefix < 1500) one(`[data-key="${CSS.escape(key)}"]`)?.click();
});
const help = () => { $('keys-on').checked = localStorage.keys !== 'off'; $('help').showModal(); };
const pause = () => {
  const button = $('pause'), still = button.ariaPressed !== 'true';
  button.ariaPressed = still;
  say('pause', still ? 'Follow' : 'Pause');
  if (still) { stop(); word('paused'); } else start();
};

const begin = () => {
  mark = own.mark;
  if ($('pause')) { $('pause').hidden = false; $('pause').onclick = pause; }
  $('keys').hidden = false;
  $('keys').onclick = help;
  tick();
  choose();
  start();
};
on('visibilitychange', () => doc.hidden ? stop() : start());
on('popstate', () => location.reload());
on('pagehide', stop);
on('pageshow', (event) => { if (event.persisted) start(); });
setInterval(tick, 1000);
begin();
