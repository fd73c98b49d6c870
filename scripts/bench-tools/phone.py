"""A phone with the app, as far as its waits go: backs up, hears of it by the socket, fetches thumbnails, syncs.
It calls with a session's token, as sync wants a session. Python's standard library only."""
import base64
import concurrent.futures
import json
import os
import queue
import socket
import struct
import threading
import time
import uuid

import peerlib

TYPES = ['AuthUsersV1', 'UsersV1', 'AssetsV2', 'AssetExifsV1', 'AssetEditsV1', 'AssetMetadataV1', 'PartnersV1',
         'PartnerAssetsV2', 'PartnerAssetExifsV1', 'AlbumsV2', 'AlbumUsersV1', 'AlbumAssetsV2', 'AlbumAssetExifsV1',
         'AlbumToAssetsV1', 'MemoriesV1', 'MemoryToAssetsV1', 'StacksV1', 'PartnerStacksV1', 'UserMetadataV1',
         'PeopleV1', 'AssetFacesV2', 'AssetOcrV1']
BATCH = 5000  # lines that the app applies, and acks, at a time


class Events(threading.Thread):
    """socket.io 4 by WebSocket: puts (time, [name, argument...]) of each event into `heard`."""

    def __init__(self, client, token):
        super().__init__(daemon=True)
        self.heard = queue.Queue()
        self.socket = socket.create_connection((client.host, client.port), timeout=120)
        key = base64.b64encode(os.urandom(16)).decode()
        self.socket.sendall((f'GET {client.prefix}/socket.io/?EIO=4&transport=websocket HTTP/1.1\r\n'
                             f'Host: {client.host}:{client.port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n'
                             f'Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n'
                             f'Cookie: immich_access_token={token}\r\n\r\n').encode())
        self.stream = self.socket.makefile('rb')
        status = self.stream.readline()
        assert b' 101 ' in status, status
        while self.stream.readline().strip():
            pass
        self.connected = threading.Event()
        self.start()
        assert self.connected.wait(30), 'the socket does not connect'

    def run(self):
        while True:
            packet = self.receive()
            if packet is None:
                return
            if packet.startswith('0'):
                self.send('40')
            elif packet.startswith('40'):
                self.connected.set()
            elif packet == '2':
                self.send('3')
            elif packet.startswith('42'):
                self.heard.put((time.monotonic(), json.loads(packet[2:])))

    def receive(self):
        """The next text; None at the end."""
        text = b''
        while True:
            head = self.stream.read(2)
            if len(head) < 2 or head[0] & 15 == 8:
                return None
            length = head[1] & 127
            if length == 126:
                length, = struct.unpack('>H', self.stream.read(2))
            elif length == 127:
                length, = struct.unpack('>Q', self.stream.read(8))
            text += self.stream.read(length)
            if head[0] & 128:
                return text.decode()

    def send(self, text):
        data, mask = text.encode(), os.urandom(4)
        self.socket.sendall(bytes([0x81, 0x80 | len(data)]) + mask + bytes(b ^ mask[i % 4] for i, b in enumerate(data)))

    def close(self):
        self.socket.shutdown(socket.SHUT_RDWR)


def upload(client, name, data):
    """-> id"""
    boundary = 'dart-http-boundary-' + uuid.uuid4().hex
    now = time.strftime('%Y-%m-%dT%H:%M:%S.000Z', time.gmtime())
    fields = {'fileCreatedAt': now, 'fileModifiedAt': now, 'isFavorite': 'false', 'duration': '0',
              'deviceAssetId': name, 'deviceId': 'bench'}
    body = b''.join(f'--{boundary}\r\ncontent-disposition: form-data; name="{k}"\r\n\r\n{v}\r\n'.encode()
                    for k, v in fields.items())
    body += (f'--{boundary}\r\ncontent-type: application/octet-stream\r\n'
             f'content-disposition: form-data; name="assetData"; filename="{name}"\r\n\r\n').encode()
    body += data + f'\r\n--{boundary}--\r\n'.encode()
    status, answer = client.raw('POST', '/assets', body, {'Content-Type': 'multipart/form-data; boundary=' + boundary})
    assert status == 201, (status, answer)
    return json.loads(answer)['id']


def take(client, token, photos):
    """Backs up (name, bytes) pairs, three at a time, and waits until each stands in the app.

    -> seconds from the first upload until: all are uploaded, heard of by the socket, and each thumbnail fetched"""
    events = Events(client, token)
    local = threading.local()

    def connection():
        if not hasattr(local, 'client'):
            local.client = peerlib.clone(client)
        return local.client

    def show(asset):
        status, answer = connection().raw('GET', f'/assets/{asset}/thumbnail?size=thumbnail&edited=true')
        assert status == 200 and answer, (status, answer)
        return time.monotonic()

    with concurrent.futures.ThreadPoolExecutor(3) as uploads, concurrent.futures.ThreadPoolExecutor(4) as thumbnails:
        begin = time.monotonic()
        sent = [uploads.submit(upload_and_time, connection, name, data) for name, data in photos]
        ready, shown = {}, []
        while len(ready) < len(photos):
            at, event = events.heard.get(timeout=120)
            if event[0] == 'AssetUploadReadyV2':
                ready[event[1]['asset']['id']] = at
                shown.append(thumbnails.submit(show, event[1]['asset']['id']))
        ids, uploaded = zip(*(future.result() for future in sent))
        assert set(ids) == set(ready), 'others were heard of than were uploaded'
        last_shown = max(future.result() for future in shown)
    events.close()
    return {'uploaded_s': round(max(uploaded) - begin, 2), 'heard_s': round(max(ready.values()) - begin, 2),
            'shown_s': round(last_shown - begin, 2)}


def upload_and_time(connection, name, data):
    return upload(connection(), name, data), time.monotonic()


def sync(client, reset=False):
    """Syncs as the app: reads, and acks runs of equal type in batches of 5,000 lines.

    -> milliseconds to the first byte, seconds until all is applied and until all is acked, lines, MB"""
    client, acks = peerlib.clone(client), peerlib.clone(client)
    counts, batch, size, first = {}, [], 0, None
    begin = time.monotonic()
    connection = client.open()
    connection.request('POST', client.prefix + '/sync/stream', json.dumps({'types': TYPES, 'reset': reset}).encode(),
                       dict(client.headers, **{'Accept': 'application/jsonlines+json', 'Content-Type': 'application/json'}))
    answer = connection.getresponse()
    assert answer.status == 200, (answer.status, answer.read())
    last = None
    for line in answer:
        first = first or time.monotonic()
        assert line.endswith(b'\n'), line
        size += len(line)
        last = json.loads(line)
        counts[last['type']] = counts.get(last['type'], 0) + 1
        batch.append(last)
        if len(batch) == BATCH:
            acknowledge(acks, batch)
            batch = []
    applied = time.monotonic()
    acknowledge(acks, batch)
    assert last and last['type'] == 'SyncCompleteV1', last
    client.close()
    return {'first_byte_ms': round(1000 * (first - begin)), 'applied_s': round(applied - begin, 2),
            'acked_s': round(time.monotonic() - begin, 2),
            'mb': round(size / 1e6, 1), 'lines': sum(counts.values()), 'assets': counts.get('AssetV2', 0)}


def acknowledge(client, lines):
    for i, line in enumerate(lines):
        if i + 1 == len(lines) or lines[i + 1]['type'] != line['type']:
            client.json('POST', '/sync/ack', {'acks': [line['ack']]})
