import { answer, client, type ServerConfigDto, type UserAdminResponseDto } from '../client';

export type Config = ServerConfigDto;
export type User = UserAdminResponseDto;
export type Credentials = { email: string; password: string };

export const getConfig = (): Promise<Config> => answer(client.GET('/server/config'));

export const getMe = (): Promise<User> => answer(client.GET('/users/me'));

export const login = (credentials: Credentials): Promise<unknown> =>
  answer(client.POST('/auth/login', { body: credentials }));

export const logout = (): Promise<unknown> => answer(client.POST('/auth/logout'));

/** Makes the first user. `code` is the one the server printed; it is asked for away from home. */
export const signUp = (
  body: Credentials & { name: string },
  code: string | undefined,
): Promise<unknown> =>
  answer(
    client.POST('/auth/admin-sign-up', {
      body,
      headers: code ? { 'x-keepsake-setup-code': code } : {},
    }),
  );

export const getStorage = () => answer(client.GET('/server/storage'));
