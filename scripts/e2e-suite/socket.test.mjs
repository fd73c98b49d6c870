// The library that Immich's clients hear the server with: socket.io 4, by WebSocket, with a session's cookie.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { io } from 'socket.io-client';
import { account, api, base, eventually, logIn, required, token } from './stack.mjs';

const sockets = [];
after(() => sockets.forEach((socket) => socket.close()));
before(logIn);

// Collects what it hears, in order: [event, argument...].
function listen(cookie) {
  const socket = io(base, {
    path: '/api/socket.io',
    transports: ['websocket'],
    forceNew: true,
    reconnection: false,
    extraHeaders: { cookie: `immich_access_token=${cookie}` },
  });
  sockets.push(socket);
  const heard = [];
  socket.onAny((...event) => heard.push(event));
  socket.on('disconnect', (reason) => heard.push(['disconnect', reason]));
  return heard;
}

const named = (heard, event) => heard.filter(([name]) => name === event);

test('it connects, and hears of a photo from its upload to its end', async () => {
  const heard = listen(token());
  await eventually('the server says its version', () => named(heard, 'on_server_version').length === 1, 30);
  assert.deepEqual(named(heard, 'on_server_version')[0][1], await api('GET', '/server/version'));

  const name = 'bluejay.jpg';
  const body = new FormData();
  for (const field of ['fileCreatedAt', 'fileModifiedAt']) body.set(field, new Date().toISOString());
  // Some bytes behind the picture's end make it one that the server has not seen.
  body.set('assetData', new Blob([await readFile(path.join(required('E2E_EXTRAS'), 'chosen.jpg')), crypto.randomUUID()]), name);
  const answer = await fetch(`${base}/api/assets`, { method: 'POST', headers: { authorization: `Bearer ${token()}` }, body });
  assert.equal(answer.status, 201);
  const { id } = await answer.json();

  await eventually('the upload is told', () => named(heard, 'AssetUploadReadyV2').length === 1);
  const [[, success]] = named(heard, 'on_upload_success');
  const [[, { asset, exif }]] = named(heard, 'AssetUploadReadyV2');
  assert.deepEqual([success.id, asset.id, exif.assetId], [id, id, id]);
  assert.equal(success.originalFileName, name);
  assert.ok(asset.thumbhash, 'its pictures are made by then');

  await api('DELETE', '/assets', { ids: [id] });
  await eventually('the trash is told', () => named(heard, 'on_asset_trash').length === 1, 30);
  assert.deepEqual(named(heard, 'on_asset_trash')[0][1], [id]);
  await api('DELETE', '/assets', { ids: [id], force: true });
  await eventually('the end is told', () => named(heard, 'on_asset_delete').length === 1, 30);
  assert.equal(named(heard, 'on_asset_delete')[0][1], id);
});

test('a session that ends is told so', async () => {
  const { email, password } = account;
  const { accessToken } = await api('POST', '/auth/login', { email, password });
  const heard = listen(accessToken);
  await eventually('it is connected', () => heard.length > 0, 30);
  const headers = { authorization: `Bearer ${accessToken}` };
  assert.equal((await fetch(`${base}/api/auth/logout`, { method: 'POST', headers })).status, 200);
  await eventually('the session is told', () => named(heard, 'on_session_delete').length === 1, 30);
});

test('a stranger is told, and hung up on', async () => {
  const heard = listen('nobody');
  await eventually('it is over', () => named(heard, 'disconnect').length === 1, 30);
  assert.deepEqual(heard, [
    ['error', 'unauthorized'],
    ['disconnect', 'io server disconnect'],
  ]);
});
