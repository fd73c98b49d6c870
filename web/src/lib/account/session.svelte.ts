import { ApiError, onUnauthorized, reasonOf } from '../client';
import * as api from './api';

/** Who is using the app: from the first question to the server until logout. */
class Session {
  state = $state<'starting' | 'unreachable' | 'first-run' | 'signed-out' | 'signed-in'>('starting');
  user = $state.raw<api.User>();
  /** Why the server could not be asked, or why the login page is shown again. */
  reason = $state('');
  loginPageMessage = $state('');

  #forgetting: (() => void)[] = [];
  #again: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    onUnauthorized(() => this.ended());
  }

  /** The server says that this session is over. */
  ended(): void {
    if (this.state !== 'signed-in') return;
    this.#signedOut();
    this.reason = 'You were logged out. Log in again to go on.';
  }

  async start(): Promise<void> {
    clearTimeout(this.#again);
    try {
      const config = await api.getConfig();
      this.loginPageMessage = config.loginPageMessage;
      if (!config.isInitialized) this.state = 'first-run';
      else if (!document.cookie.includes('immich_is_authenticated=true')) this.#signedOut();
      else await this.#welcome();
    } catch (error) {
      this.state = 'unreachable';
      this.reason = reasonOf(error);
      // A server that starts or converts its data answers after a while.
      this.#again = setTimeout(() => void this.start(), 5_000);
    }
  }

  async login(credentials: api.Credentials): Promise<void> {
    await api.login(credentials);
    await this.#welcome();
  }

  async signUp(
    name: string,
    credentials: api.Credentials,
    code: string | undefined,
  ): Promise<void> {
    await api.signUp({ name, ...credentials }, code);
    await this.login(credentials);
  }

  async logout(): Promise<void> {
    await api.logout();
    this.#signedOut();
  }

  /** Calls back at logout, when nothing of a person may stay in memory. */
  onSignedOut(forget: () => void): void {
    this.#forgetting.push(forget);
  }

  async #welcome(): Promise<void> {
    try {
      this.user = await api.getMe();
      this.reason = '';
      this.state = 'signed-in';
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 401) throw error;
      this.#signedOut();
    }
  }

  #signedOut(): void {
    this.user = undefined;
    for (const forget of this.#forgetting) forget();
    this.reason = '';
    this.state = 'signed-out';
  }
}

export const session = new Session();
