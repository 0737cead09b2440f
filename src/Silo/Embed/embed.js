// <videogen-task>: a task on a page of another site. It shows how far the task is, and then its video. docs/embedding.md says how it is used.
// Nothing of it is written as HTML or as a style attribute, so that it works under a strict content security policy.

const home = new URL(import.meta.url).origin;
const states = {
  pending: 'Waiting to be made',
  running: 'Being made',
  paused: 'Paused',
  completed: 'Ready',
  failed: 'The video could not be made.',
  cancelled: 'The video was cancelled.',
};
const patience = 5000;

// Colours are those of the text around it, so that it looks right on a light page and on a dark one.
const sheet = new CSSStyleSheet();
sheet.replaceSync(`
:host { display: block; font: 1em/1.5 system-ui, sans-serif; }
:host([hidden]) { display: none; }
section { border: 1px solid color-mix(in srgb, currentColor 25%, transparent); border-radius: .5em; padding: .75em 1em; }
p { margin: 0; overflow-wrap: anywhere; }
.head { display: flex; gap: 1em; justify-content: space-between; font-weight: 600; }
.stage:not(:empty) { margin-top: .25em; font-size: .875em; }
progress { width: 100%; height: .5em; margin: .5em 0 0; accent-color: var(--videogen-accent, #3451d1); }
video { display: block; width: 100%; aspect-ratio: 16 / 9; background: #000; border-radius: .5em; }
[hidden] { display: none; }
`);

const make = (name, properties, ...children) => {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
};

class VideogenTask extends HTMLElement {
  static observedAttributes = ['server', 'task', 'token'];

  #stopped;
  #state = make('span', { role: 'status' });
  #percent = make('span', {});
  #bar = make('progress', { max: 100, value: 0, ariaLabel: 'Progress of the video', hidden: true });
  #stage = make('p', { className: 'stage' });
  #panel = make('section', {}, make('p', { className: 'head' }, this.#state, this.#percent), this.#bar, this.#stage);

  constructor() {
    super();
    this.attachShadow({ mode: 'open' }).adoptedStyleSheets = [sheet];
  }

  connectedCallback() {
    this.#begin();
  }

  disconnectedCallback() {
    this.#stopped?.abort();
  }

  attributeChangedCallback() {
    if (this.isConnected) this.#begin();
  }

  #address(path) {
    const task = encodeURIComponent(this.getAttribute('task') ?? '');
    return this.#located(`/api/tasks/${task}${path}`);
  }

  #located(path) {
    const address = new URL(path, this.getAttribute('server') || home);
    address.searchParams.set('read', this.getAttribute('token') ?? '');
    return address.href;
  }

  // Streams come back by themselves after a cut; one that was refused does not, and then the answer to a plain read says why.
  #begin() {
    this.#stopped?.abort();
    this.#stopped = new AbortController();
    const { signal } = this.#stopped;
    this.shadowRoot.replaceChildren(this.#panel);
    const stream = new EventSource(this.#address('/events'));
    signal.addEventListener('abort', () => stream.close());
    stream.onmessage = ({ data }) => {
      const progress = JSON.parse(data);
      if (!['pending', 'running', 'paused'].includes(progress.status)) stream.close();
      this.#show(progress, signal);
    };
    stream.onerror = () => {
      if (stream.readyState === EventSource.CLOSED) this.#explain(signal);
    };
  }

  #show(progress, signal) {
    const isOpen = ['pending', 'running', 'paused'].includes(progress.status);
    this.#say(states[progress.status] ?? progress.status);
    this.#bar.hidden = !isOpen;
    this.#bar.value = progress.progress;
    this.#percent.textContent = isOpen ? `${progress.progress} %` : '';
    this.#stage.textContent = isOpen ? [progress.stage_display, progress.message].filter(Boolean).join(': ') : '';
    this.dispatchEvent(new CustomEvent('progress', { detail: progress }));
    if (progress.status === 'completed') this.#play(signal);
  }

  // What is read aloud: told when it is another, and not with each percent.
  #say(text) {
    if (this.#state.textContent !== text) this.#state.textContent = text;
  }

  #close(text) {
    this.#say(text);
    this.#bar.hidden = true;
    this.#percent.textContent = this.#stage.textContent = '';
  }

  async #explain(signal) {
    const status = await this.#ask('', signal).then((answer) => answer.status, () => 0);
    if (signal.aborted) return;
    if (status === 401 || status === 403) this.#close('This link is no longer good. Ask whoever gave it for another one.');
    else if (status === 404) this.#close('This task is not there any more.');
    else this.#later(() => this.#begin(), signal);
  }

  async #play(signal) {
    const { video } = await this.#ask('/artifacts', signal).then((answer) => answer.ok && answer.json()).catch(() => false) || {};
    if (signal.aborted) return;
    if (video === undefined) this.#later(() => this.#play(signal), signal);
    if (!video) return;
    const player = make('video', { controls: true, preload: 'metadata', crossOrigin: 'anonymous', playsInline: true, src: this.#located(video.url) });
    player.setAttribute('aria-label', this.getAttribute('label') || 'Video');
    player.onloadedmetadata = () => (player.style.aspectRatio = `${player.videoWidth} / ${player.videoHeight}`);
    if (video.captions) {
      const track = make('track', { kind: 'captions', label: 'Captions', src: this.#located(video.captions) });
      const language = this.lang || video.language;
      if (language) track.srclang = language;
      player.append(track);
    }
    this.shadowRoot.replaceChildren(player);
    if (video.picture) this.#picture(player, video.picture, signal);
  }

  // The picture of a player is asked for without saying which site asks, and would be refused: it is read as the rest is.
  async #picture(player, path, signal) {
    const picture = await fetch(this.#located(path), { signal }).then((answer) => answer.ok && answer.blob()).catch(() => false);
    if (!picture) return;
    const address = URL.createObjectURL(picture);
    signal.addEventListener('abort', () => URL.revokeObjectURL(address));
    player.poster = address;
  }

  #ask(path, signal) {
    return fetch(this.#address(path), { signal, credentials: 'omit' });
  }

  #later(act, signal) {
    const timer = setTimeout(act, patience);
    signal.addEventListener('abort', () => clearTimeout(timer));
  }
}

customElements.define('videogen-task', VideogenTask);
