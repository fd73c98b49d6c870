#!/usr/bin/env python3
"""What Keepsake costs on this machine: the figures of docs/performance.md.

Starts a stack of its own (scripts/up) in a throw-away data folder and speaks only the public API.
Machines differ and are noisy: read cpu seconds and ratios rather than wall time. Every figure is run
three times. PEER is what Immich 2.7.5 showed, built from source on a machine with 2 such cores.
"""
import argparse
import glob
import json
import os
import re
import secrets
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import zipfile

import peerlib
import phone

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.abspath(os.path.join(HERE, '..', '..'))
CACHE = os.environ.get('KEEPSAKE_BENCH_CACHE', os.path.expanduser('~/.cache/keepsake-bench'))
PEER = {'upload cpu-ms': (29, 46), 'live/paused': (0.30, 0.30), 'thumbnail cpu-s': (0.54, 0.61),
        'server RSS MB': (950, 950), 'start s': (7.1, 7.1)}
QUEUES = ('metadataExtraction', 'thumbnailGeneration', 'smartSearch', 'faceDetection', 'ocr')


def say(**figures):
    peerlib.emit(figures)


def against(name, value):
    low, high = PEER[name]
    return f'{value / high:.2f}-{value / low:.2f} of Immich\'s {low}-{high}' if low != high \
        else f'{value / low:.2f} of Immich\'s {low}'


class Stack:
    """A private stack; `java` is added to the server's JVM options, `settings` to its environment."""

    def __init__(self, java='', settings=''):
        self.folder = tempfile.mkdtemp(prefix='keepsake-bench-', dir=os.environ.get('TMPDIR', '/var/tmp'))
        os.chmod(self.folder, 0o755)
        self.port = 20000 + secrets.randbelow(20000)
        self.base = f'http://127.0.0.1:{self.port}/api'
        self.settings = settings
        self.environment = dict(os.environ, KEEPSAKE_DATA=os.path.join(self.folder, 'data'),
                                KEEPSAKE_CONFIG=os.path.join(self.folder, 'config'),
                                KEEPSAKE_PORT=str(self.port), KEEPSAKE_HOST='127.0.0.1',
                                KEEPSAKE_SERVER_JAVA_OPTS=java)

    def __enter__(self):
        said = self.script('up', '--detach')
        if self.settings:
            with open(os.path.join(self.environment['KEEPSAKE_DATA'], 'settings.env'), 'a') as file:
                file.write(self.settings + '\n')
            said = self.restart()
        anonymous = peerlib.Client(self.base)
        anonymous.headers['x-keepsake-setup-code'] = re.search('#setup-code=(.*)', said).group(1)
        who = {'email': 'bench@example.org', 'password': 'a long enough password'}
        anonymous.json('POST', '/auth/admin-sign-up', dict(who, name='Bench'))
        self.token = anonymous.json('POST', '/auth/login', who)['accessToken']
        self.api = peerlib.Client(self.base, token=self.token)
        self.key = self.api.json('POST', '/api-keys', {'name': 'bench', 'permissions': ['all']})['secret']
        # What comes along knows colours only, and costs little: figures of a real model are bench ml's.
        config = self.api.json('GET', '/system-config')
        config['machineLearning']['clip']['modelName'] = 'tiny-colours'
        self.api.json('PUT', '/system-config', config)
        return self

    def __exit__(self, *_):
        self.script('down')
        shutil.rmtree(self.folder, ignore_errors=True)

    def restart(self):
        self.script('down')
        return self.script('up', '--detach')

    def script(self, name, *arguments):
        done = subprocess.run([os.path.join(ROOT, 'scripts', name), *arguments], env=self.environment,
                              capture_output=True, text=True)
        if done.returncode:
            sys.exit(f'scripts/{name} failed:\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}')
        return done.stdout

    def pids(self):
        """{'server': [pid], 'worker': …, 'postgres': …, 'redis': …} from scripts/status."""
        found = dict(re.findall(r'^ *(server|worker|postgres|redis) +running, process (\d+)', self.script('status'), re.M))
        return {name: [int(pid)] for name, pid in found.items()}

    def pause(self, paused):
        for queue in QUEUES:
            self.api.json('PUT', f'/queues/{queue}', {'isPaused': paused})

    def unfinished(self, queue=None):
        return sum(sum(q['statistics'][state] for state in ('active', 'waiting', 'delayed', 'paused'))
                   for q in self.api.json('GET', '/queues') if queue in (None, q['name']))

    def settle(self, queue=None):
        while self.unfinished(queue):
            time.sleep(0.5)

    def upload(self, photos, label):
        out = subprocess.run(
            [sys.executable, os.path.join(HERE, 'upload_load.py'), '--base', self.base, '--api-key', self.key,
             '-c', '4', '--checksum', '--salt', secrets.token_hex(8), '--label', label, photos]
            + [f'--pid={name}={pids[0]}' for name, pids in self.pids().items()],
            capture_output=True, text=True, check=True).stdout
        result = json.loads(out)
        assert set(result['status']) == {'201'}, out
        return result


def photos(count):
    """`count` distinct 12 MP JPEGs of 4-5 MB, made once."""
    folder = os.path.join(CACHE, f'photos-{count}')
    if not os.path.isdir(folder):
        sources = os.path.join(ROOT, 'server', 'src', 'test', 'resources', 'samples')
        subprocess.run([sys.executable, os.path.join(HERE, 'gen_photos.py'), folder + '.part', '-n', str(count),
                        '--sources', sources], check=True, stdout=sys.stderr)
        os.rename(folder + '.part', folder)
    return folder


def peak_rss_mb(pid):
    with open(f'/proc/{pid}/status') as status:
        return round(int(re.search(r'VmHWM:\s+(\d+)', status.read())[1]) / 1024)


def reset_peak(pid):
    with open(f'/proc/{pid}/clear_refs', 'w') as refs:
        refs.write('5')


def bench_upload(arguments):
    folder = photos(arguments.count)
    # The server hashes by OpenSSL, which has a switch of its own.
    for options, settings, name in (('', '', 'uploads, SHA-1 by the CPU'),
                                    ('-XX:-UseSHA', 'OPENSSL_ia32cap=:~0x20000000', 'uploads, no SHA instructions')):
        with Stack(options, settings) as stack:
            paused = []
            stack.pause(True)
            stack.upload(folder, 'warm-up')
            for run in range(arguments.runs):
                reset_peak(stack.pids()['server'][0])
                result = stack.upload(folder, f'{name}; queues paused; run {run + 1}')
                result['server_peak_rss_mb'] = peak_rss_mb(stack.pids()['server'][0])
                paused.append(result)
                say(**result)
                print('   cpu-ms an upload:', against('upload cpu-ms', result['cpu_ms_per_upload']['server']))
            if options:
                continue
            stack.pause(False)
            stack.settle()
            for run in range(arguments.runs):
                result = stack.upload(folder, f'{name}; queues live; run {run + 1}')
                say(**result)
                print('   live/paused:', against('live/paused', result['mb_s'] / max(r['mb_s'] for r in paused)))
                stack.settle()


def bench_thumbnails(arguments):
    folder = photos(arguments.count)
    with Stack() as stack:
        for run in range(arguments.runs):
            stack.restart()  # no model is loaded then, and none counts as the thumbnails' memory
            stack.pause(True)
            stack.upload(folder, 'for thumbnails')
            stack.api.json('PUT', '/queues/metadataExtraction', {'isPaused': False})
            stack.settle('metadataExtraction')
            worker = stack.pids()['worker'][0]
            reset_peak(worker)
            meter = peerlib.Meter(stack.pids())
            stack.api.json('PUT', '/queues/thumbnailGeneration', {'isPaused': False})
            stack.settle('thumbnailGeneration')
            result = meter.stop()
            cpu = result['cpu_s']['worker'] / arguments.count
            say(what=f'thumbnails; run {run + 1}', n=arguments.count, **result,
                photos_per_s=round(arguments.count / result['wall_s'], 2), worker_cpu_s_per_photo=round(cpu, 3),
                worker_peak_rss_mb=peak_rss_mb(worker), failed=failed(stack))
            print('   cpu-s a photo:', against('thumbnail cpu-s', cpu))
            stack.pause(False)
            meter = peerlib.Meter(stack.pids())
            stack.settle()
            result = meter.stop()
            say(what=f'embedding and faces (models as shipped); run {run + 1}', n=arguments.count, **result,
                worker_cpu_ms_per_photo=round(1000 * result['cpu_s']['worker'] / arguments.count, 1))


def media():
    """One photo in many formats and sizes, made once."""
    folder = os.path.join(CACHE, 'media')
    if not os.path.isdir(folder):
        shutil.rmtree(folder + '.part', ignore_errors=True)
        source = sorted(glob.glob(photos(200) + '/*.jpg'))[0]
        subprocess.run([sys.executable, os.path.join(HERE, 'gen_media.py'), folder + '.part', source], check=True, stdout=sys.stderr)
        os.rename(folder + '.part', folder)
    return sorted(glob.glob(folder + '/*'))


def another(file):
    """The same picture in other bytes: behind its end, in a box that readers of HEIC and AVIF know to pass over."""
    with open(file, 'rb') as opened:
        return opened.read() + b'\0\0\0\x18free' + secrets.token_bytes(16)


class Peak(threading.Thread):
    """The most memory that a process and its children have had at a time, looked at fifty times a second."""

    def __init__(self, pid):
        super().__init__(daemon=True)
        self.pid, self.most, self.children, self.ended = pid, 0, 0, threading.Event()
        self.start()

    def run(self):
        while not self.ended.wait(0.02):
            kilobytes = {p: rss_kb(p) for p in peerlib.tree([self.pid])}
            self.most = max(self.most, sum(kilobytes.values()))
            self.children = max(self.children, sum(kilobytes.values()) - kilobytes.get(self.pid, 0))

    def stop(self):
        self.ended.set()
        self.join()
        return dict(worker_and_children_peak_rss_mb=round(self.most / 1024), children_peak_rss_mb=round(self.children / 1024))


def rss_kb(pid):
    try:
        with open(f'/proc/{pid}/statm') as statm:
            return int(statm.read().split()[1]) * os.sysconf('SC_PAGE_SIZE') // 1024
    except OSError:
        return 0


def bench_media(arguments):
    """Each format by itself: two at a time, as set up by default; what is large comes four times."""
    with Stack() as stack:
        for file in media():
            if arguments.only and os.path.basename(file).split('.')[0] not in arguments.only.split(','):
                continue
            stack.restart()
            stack.pause(True)
            count = 4 if re.search('-(108|200)', file) else arguments.media_count
            for i in range(count):
                phone.upload(stack.api, f'{i}-{os.path.basename(file)}', another(file))
            stack.api.json('PUT', '/queues/metadataExtraction', {'isPaused': False})
            stack.settle('metadataExtraction')
            worker = stack.pids()['worker'][0]
            reset_peak(worker)
            before, peak, meter = failed(stack), Peak(worker), peerlib.Meter({'worker': [worker]})
            stack.api.json('PUT', '/queues/thumbnailGeneration', {'isPaused': False})
            stack.settle('thumbnailGeneration')
            result = meter.stop()
            say(what='media', format=os.path.basename(file), mb=round(os.path.getsize(file) / 1e6, 1), n=count,
                failed=failed(stack) - before, worker_cpu_s_per_file=round(result['cpu_s']['worker'] / count, 3),
                wall_s=result['wall_s'], load1=result['load1'], worker_peak_rss_mb=peak_rss_mb(worker), **peak.stop())


def bench_metadata(arguments):
    """What the server does to know a JPEG's metadata: all of it, with its database, its queue and its exiftool."""
    samples = glob.glob(os.path.join(ROOT, 'server', 'src', 'test', 'resources', 'samples', '*.jpg'))
    files = sorted(glob.glob(photos(200) + '/*.jpg'))[:1] + sorted(samples)
    with Stack() as stack:
        for run in range(arguments.runs):
            for file in files:
                stack.pause(True)
                for i in range(arguments.metadata_count):
                    phone.upload(stack.api, f'{i}-{os.path.basename(file)}', another(file))
                before, meter = failed(stack), peerlib.Meter({'server': stack.pids()['server']})
                stack.api.json('PUT', '/queues/metadataExtraction', {'isPaused': False})
                stack.settle('metadataExtraction')
                result = meter.stop()
                say(what='metadata', run=run, file=os.path.basename(file), n=arguments.metadata_count, failed=failed(stack) - before,
                    server_cpu_ms_per_file=round(1000 * result['cpu_s']['server'] / arguments.metadata_count, 2),
                    wall_s=result['wall_s'], load1=result['load1'])


def printed(folder, kind, lines):
    """Pictures of 2160 x 1440 with so many printed lines, made once."""
    folder = os.path.join(folder, kind)
    font = os.path.join(ROOT, 'ml-worker', 'src', 'test', 'resources', 'fonts', 'latin.ttf')
    if not os.path.isdir(folder):
        os.makedirs(folder + '.part', exist_ok=True)
        for i in range(20):
            words = [['-annotate', f'+120+{100 + 44 * line}', f'Line {line} of page {i}, as it was printed in {1960 + i}']
                     for line in range(lines)]
            subprocess.run(['convert', '-size', '2160x1440', f'plasma:grey{85 + i % 10}-white', '-font', font, '-pointsize', '32',
                            '-fill', 'black', *sum(words, []), '-quality', '90', os.path.join(folder + '.part', f'{i}.jpg')], check=True)
        os.rename(folder + '.part', folder)
    return folder


def bench_ocr(arguments):
    """Text on previews: the queue by itself, with the models that come along."""
    pictures = os.path.join(CACHE, 'printed')
    with Stack() as stack:
        for kind, lines in (('empty', 0), ('a sign', 2), ('a page', 30)):
            folder = printed(pictures, kind, lines)
            for run in range(arguments.runs):
                stack.restart()  # no other model is loaded then
                stack.pause(True)
                count = stack.upload(folder, kind)['status']['201']
                for queue in ('metadataExtraction', 'thumbnailGeneration'):
                    stack.api.json('PUT', f'/queues/{queue}', {'isPaused': False})
                    stack.settle(queue)
                worker = stack.pids()['worker'][0]
                before = rss_kb(worker)
                reset_peak(worker)
                meter = peerlib.Meter({'worker': [worker]})
                stack.api.json('PUT', '/queues/ocr', {'isPaused': False})
                stack.settle('ocr')
                result = meter.stop()
                found = stack.api.json('POST', '/search/statistics', {'ocr': 'printed'})['total']
                say(what=f'text; {kind}, {lines} lines; run {run + 1}', n=count, **result, failed=failed(stack),
                    found_by_a_word=found, worker_cpu_ms_per_preview=round(1000 * result['cpu_s']['worker'] / count),
                    worker_rss_mb_before=round(before / 1024), worker_peak_rss_mb=peak_rss_mb(worker))


def failed(stack):
    return sum(q['statistics']['failed'] for q in stack.api.json('GET', '/queues'))


def memory_split(pid):
    """RSS and PSS of one JVM in MB, by what they are: Java heap, AOT cache, other mapped files, the rest."""
    kinds = {}
    kind = 'native'
    heap = heap_range(pid)
    with open(f'/proc/{pid}/smaps') as smaps:
        for line in smaps:
            head = re.match(r'([0-9a-f]+)-([0-9a-f]+) \S+ \S+ \S+ \S+\s*(.*)', line)
            if head:
                start, name = int(head[1], 16), head[3]
                if heap and heap[0] <= start < heap[1]:
                    kind = 'heap'
                elif name.endswith('.aot') or name.endswith('.jsa'):
                    kind = 'aot cache'
                elif name.startswith('/'):
                    kind = 'files'
                else:
                    kind = 'native'
            elif line.startswith('Rss:') or line.startswith('Pss:'):
                key = f'{kind} {line[:3].lower()}'
                kinds[key] = kinds.get(key, 0) + int(line.split()[1])
    return {key: round(value / 1024) for key, value in sorted(kinds.items())}


def heap_range(pid):
    """[start, end) of the Java heap, which the serial collector prints."""
    jcmd = shutil.which('jcmd') or os.path.join(os.environ.get('JAVA_HOME', ''), 'bin', 'jcmd')
    asked = subprocess.run([jcmd, str(pid), 'GC.heap_info'], capture_output=True, text=True)
    places = [int(p, 16) for p in re.findall(r'0x[0-9a-f]+', asked.stdout)]
    return (min(places), max(places)) if places else None


def bench_idle(arguments):
    with Stack() as stack:
        with_photos = photos(arguments.count)
        stack.upload(with_photos, 'a little work first')
        stack.settle()
        print(f'   idle for {arguments.idle_warm} s, so that models are unloaded', flush=True)
        time.sleep(arguments.idle_warm)
        groups = stack.pids()
        total = 0
        for name, (pid,) in groups.items():
            rows = [peerlib.memory(p) for p in peerlib.tree([pid])]
            rss, pss = sum(r[1] for r in rows) / 1024, sum(r[2] for r in rows) / 1024
            total += pss
            say(what='idle memory', process=name, rss_mb=round(rss), pss_mb=round(pss), processes=len(rows),
                **(memory_split(pid) if name in ('server', 'worker') else {}))
            if name == 'server':
                print('   RSS:', against('server RSS MB', rss))
        say(what='idle memory', process='all', pss_mb=round(total))
        before = {name: (peerlib.cpu_seconds(p), written(p)) for name, p in groups.items()}
        time.sleep(arguments.idle)
        cpu_all = 0
        for name, pids in groups.items():
            cpu, bytes_written = peerlib.cpu_seconds(pids) - before[name][0], written(pids) - before[name][1]
            cpu_all += cpu
            say(what=f'idle for {arguments.idle} s', process=name, cpu_s=round(cpu, 2), bytes_written=bytes_written)
        say(what=f'idle for {arguments.idle} s', process='all', cpu_s=round(cpu_all, 2),
            percent_of_a_core=round(100 * cpu_all / arguments.idle, 3))


def written(pids):
    total = 0
    for pid in peerlib.tree(pids):
        with open(f'/proc/{pid}/io') as io:
            total += int(re.search(r'^write_bytes: (\d+)', io.read(), re.M)[1])
    return total


def bench_start(arguments):
    """From starting the server's process until it answers ping, as its log tells it; then the whole stack."""
    with Stack() as stack:
        for run in range(arguments.runs):
            stack.script('down')
            begin = time.monotonic()
            stack.script('up', '--detach')
            whole = time.monotonic() - begin
            log = open(glob.glob(stack.environment['KEEPSAKE_DATA'] + '/**/server.log', recursive=True)[0]).read()
            started = re.findall(r'process running for ([\d.]+)', log)[-1]
            say(what=f'start; run {run + 1}', server_s=float(started), scripts_up_s=round(whole, 1),
                server_cpu_s=round(peerlib.cpu_seconds(stack.pids()['server']), 2))
            print('   server:', against('start s', float(started)))


def bench_timeline(arguments):
    with Stack() as stack:
        stack.pause(True)
        subprocess.run([sys.executable, os.path.join(HERE, 'upload_load.py'), '--base', stack.base, '--api-key',
                        stack.key, '--tiny', str(arguments.library)], check=True)
        stack.api.json('PUT', '/queues/metadataExtraction', {'isPaused': False})
        stack.settle('metadataExtraction')
        for _ in range(arguments.runs):
            subprocess.run([sys.executable, os.path.join(HERE, 'timeline_latency.py'), '--base', stack.base,
                            '--api-key', stack.key, '--pid', f'server={stack.pids()["server"][0]}'], check=True)


def bench_phone(arguments):
    """Ten photos taken on a phone until they stand in the app; then what a new phone's first sync costs."""
    folder = photos(arguments.count)
    files = sorted(glob.glob(folder + '/*.jpg'))[:10]
    with Stack() as stack:
        phone.take(stack.api, stack.token, [('warm-up.jpg', salted(files[0]))])
        for run in range(arguments.runs):
            stack.settle()
            taken = [(os.path.basename(name), salted(name)) for name in files]
            figures = phone.take(stack.api, stack.token, taken)
            synced = phone.sync(stack.api)
            say(what=f'ten photos taken; run {run + 1}', mb=round(sum(len(data) for _, data in taken) / 1e6, 1),
                load=os.getloadavg(), **figures, synced_s=round(figures['shown_s'] + synced['applied_s'], 2))
        stack.pause(True)
        subprocess.run([sys.executable, os.path.join(HERE, 'upload_load.py'), '--base', stack.base, '--api-key',
                        stack.key, '--tiny', str(arguments.library)], check=True)
        stack.api.json('PUT', '/queues/metadataExtraction', {'isPaused': False})
        stack.settle('metadataExtraction')
        for run in range(arguments.runs):
            server = stack.pids()['server'][0]
            before = peerlib.memory(server)[1]
            reset_peak(server)
            meter = peerlib.Meter(stack.pids())
            figures = phone.sync(stack.api, reset=True)
            say(what=f'first sync; run {run + 1}', **{**meter.stop(), **figures},
                server_rss_mb_before=round(before / 1024), server_peak_rss_mb=peak_rss_mb(server))
            say(what=f'next sync; run {run + 1}', **phone.sync(stack.api))


def bench_vectors(arguments):
    """Smart search where as many pictures have a vector; they are put into the database, not uploaded."""
    for count in map(int, arguments.vectors.split(',')):
        with Stack() as stack:
            stack.pause(True)
            env, = glob.glob(stack.environment['KEEPSAKE_DATA'] + '/**/services.env', recursive=True)
            subprocess.run([sys.executable, os.path.join(HERE, 'vectors.py'), '--base', stack.base, '--api-key', stack.key,
                            '--env', env, '-n', str(count), '--queries', str(arguments.queries)]
                           + [f'--pid={name}={pids[0]}' for name, pids in stack.pids().items() if name in ('server', 'postgres')],
                           check=True)


def bench_labelled(arguments):
    """How well faces are told apart on photos that you have: a folder in which each person's photos, of that person alone,
    are a folder of their own. Says nothing where there is none."""
    if not arguments.labelled:
        return say(skipped='needs --labelled FOLDER, with a folder of photos for each person')
    with Stack() as stack:
        named = os.path.join(stack.folder, 'named')
        os.mkdir(named)
        for who in sorted(os.listdir(arguments.labelled)):
            for file in os.listdir(os.path.join(arguments.labelled, who)):
                os.symlink(os.path.abspath(os.path.join(arguments.labelled, who, file)), os.path.join(named, f'{who}--{file}'))
        stack.upload(named, 'labelled photos')
        stack.settle()
        say(**told_apart(seen_people(stack)))


def seen_people(stack):
    """[(who it is, who it was taken for or None, whether there is a face)], by the largest face of each photo."""
    found, page = [], 1
    while page:
        answer = stack.api.json('POST', '/search/metadata', {'withPeople': True, 'page': page, 'size': 1000})['assets']
        for asset in answer['items']:
            faces = stack.api.json('GET', f'/faces?id={asset["id"]}')
            area = lambda face: (face['boundingBoxX2'] - face['boundingBoxX1']) * (face['boundingBoxY2'] - face['boundingBoxY1'])
            largest = max(faces, key=area, default=None)
            person = largest and largest['person']
            found.append((asset['originalFileName'].split('--')[0], person and person['id'], largest is not None))
        page = answer['nextPage'] and int(answer['nextPage'])
    return found


def told_apart(photos):
    """Pairs of photos: of those put together, how many are of one person (precision); of those of one person, how many are
    together (recall)."""
    together = right = same = 0
    for i, (who, person, _) in enumerate(photos):
        for other, others, _ in photos[:i]:
            same += who == other
            together += person is not None and person == others
            right += who == other and person is not None and person == others
    return dict(photos=len(photos), without_a_face=sum(not has for _, _, has in photos), people=len({who for who, _, _ in photos}),
                found_people=len({person for _, person, _ in photos if person}),
                precision=round(right / together, 3) if together else None, recall=round(right / same, 3) if same else None)


def bench_faces(arguments):
    """What it takes to make people of so many synthetic faces; they are put into the database, not uploaded."""
    for count in map(int, arguments.faces.split(',')):
        with Stack() as stack:
            stack.pause(True)
            env, = glob.glob(stack.environment['KEEPSAKE_DATA'] + '/**/services.env', recursive=True)
            subprocess.run([sys.executable, os.path.join(HERE, 'faces.py'), '--base', stack.base, '--api-key', stack.key,
                            '--env', env, '-n', str(count)]
                           + [f'--pid={name}={pids[0]}' for name, pids in stack.pids().items() if name in ('server', 'postgres')],
                           check=True)


def bench_ml(arguments):
    """A CLIP model of ViT-B/32's size, its weights random: what a photo costs from preview to row, and what the worker holds."""
    name = 'ViT-B-32__openai'
    with Stack() as stack:
        source = os.path.join(stack.folder, 'models')  # in no home folder: the server is somebody else
        tiny = os.path.join(ROOT, 'ml-worker', 'models', 'clip', 'tiny-colours')
        subprocess.run([sys.executable, os.path.join(HERE, 'random_clip.py'), os.path.join(source, name), tiny], check=True)
        replace_settings(stack, KEEPSAKE_MODEL_FOLDER=source, KEEPSAKE_MODEL_IDLE='15s')
        stack.restart()
        chosen = stack.api.json('GET', '/system-config')
        chosen['machineLearning']['clip']['modelName'] = name
        stack.api.json('PUT', '/system-config', chosen)
        stack.api.json('PUT', f'/keepsake/models/{name}/download', {})
        until(lambda: model(stack, name)['inUse'])
        stack.pause(True)
        stack.api.json('PUT', '/queues/metadataExtraction', {'isPaused': False})
        stack.api.json('PUT', '/queues/thumbnailGeneration', {'isPaused': False})
        stack.upload(photos(arguments.count), 'for models')
        stack.settle('thumbnailGeneration')
        previews = glob.glob(stack.environment['KEEPSAKE_DATA'] + '/**/*preview.jpeg', recursive=True)
        graph, = glob.glob(stack.environment['KEEPSAKE_DATA'] + f'/**/{name}/visual/model.onnx', recursive=True)
        for precision, threads, runs in (('fp32', 1, 1), ('int8', 1, 1), ('fp32', 1, 2), ('fp32', 2, 1), ('int8', 2, 1)):
            form = graph if precision == 'fp32' else graph.replace('.onnx', '.int8.onnx')
            stack.script('down')
            bare = alone(form, threads, arguments.count)
            say(what=f'{precision}, {threads} threads: ONNX Runtime alone', **bare)
            if os.geteuid() == 0:
                said = subprocess.run([os.path.join(HERE, 'python_clip'), form, str(threads), *previews],
                                      check=True, stdout=subprocess.PIPE, text=True).stdout
                say(what=f'{precision}, {threads} threads: Python', **json.loads(said))
            replace_settings(stack, KEEPSAKE_MODEL_PRECISION=precision, KEEPSAKE_MODEL_THREADS=threads)
            stack.script('up', '--detach')
            at_a_time(stack, 'smartSearch', runs)
            worker = stack.pids()['worker'][0]
            idle = rss_kb(worker) // 1024
            for run in range(arguments.runs):
                stack.api.json('PUT', '/queues/smartSearch', {'isPaused': True})
                stack.api.json('PUT', '/jobs/smartSearch', {'command': 'start', 'force': True})
                until(lambda: stack.unfinished('smartSearch') == arguments.count)
                meter = peerlib.Meter(stack.pids())
                stack.api.json('PUT', '/queues/smartSearch', {'isPaused': False})
                stack.settle('smartSearch')
                cost = meter.stop()
                each = 1000 * cost['cpu_s']['worker'] / arguments.count
                say(what=f'{precision}, {threads} threads, {runs} at a time; {run + 1}', photos=arguments.count, failed=failed(stack),
                    worker_cpu_ms_each=round(each, 1), over_bare=round(each / bare['cpu_ms_each'] - 1, 3),
                    over_bare_four=round(each / bare['four_cpu_ms_each'] - 1, 3),
                    ms_each=round(1000 * cost['wall_s'] / arguments.count, 1), **cost, rss_mb=rss_kb(worker) // 1024)
            at_a_time(stack, 'smartSearch', 2)  # as it comes
            if not stack.unfinished('faceDetection'):
                stack.api.json('PUT', '/jobs/faceDetection', {'command': 'start', 'force': True})
            peak = Peak(worker)
            stack.api.json('PUT', '/queues/faceDetection', {'isPaused': False})
            stack.api.json('PUT', '/jobs/smartSearch', {'command': 'start', 'force': True})
            stack.settle('smartSearch')
            stack.settle('faceDetection')
            loaded = peak.stop()['worker_and_children_peak_rss_mb']
            time.sleep(25)  # longer than models stay
            unloaded, begin = rss_kb(worker) // 1024, time.monotonic()
            stack.api.json('POST', '/search/smart', {'query': 'a red car'})
            say(what=f'{precision}, {threads} threads, {runs} at a time: the worker', idle_mb=idle, with_faces_peak_mb=loaded, unloaded_mb=unloaded,
                search_after_idle_s=round(time.monotonic() - begin, 2))


def at_a_time(stack, queue, runs):
    config = stack.api.json('GET', '/system-config')
    config['job'][queue]['concurrency'] = runs
    stack.api.json('PUT', '/system-config', config)


def alone(graph, threads, runs):
    """What a picture takes with nothing around it, one a run and four."""
    worker, = glob.glob(os.path.join(ROOT, 'ml-worker', 'target', 'keepsake-ml-worker.jar'))
    with zipfile.ZipFile(worker) as jar, tempfile.NamedTemporaryFile(suffix='.jar') as library:
        inside, = (name for name in jar.namelist() if re.match('BOOT-INF/lib/onnxruntime-[0-9.]*jar$', name))
        library.write(jar.read(inside))
        library.flush()
        return json.loads(subprocess.run(
            ['java', '-cp', library.name, os.path.join(HERE, 'Bare.java'), graph, str(threads), str(runs)],
            env=dict(os.environ, ORT_DISABLE_TELEMETRY='1'), check=True, stdout=subprocess.PIPE, text=True).stdout)


def until(condition):
    while not condition():
        time.sleep(0.2)


def model(stack, name):
    return next(model for model in stack.api.json('GET', '/keepsake/models') if model['name'] == name)


def replace_settings(stack, **values):
    path = os.path.join(stack.environment['KEEPSAKE_DATA'], 'settings.env')
    with open(path) as file:
        lines = [line for line in file.read().splitlines() if line.split('=')[0] not in values]
    with open(path, 'w') as file:
        file.write('\n'.join(lines + [f'{name}={value}' for name, value in values.items()]) + '\n')


def salted(file):
    """A photo that the server has not seen: some bytes behind the picture's end."""
    with open(file, 'rb') as opened:
        return opened.read() + secrets.token_bytes(16)


def main():
    benches = {'start': bench_start, 'upload': bench_upload, 'thumbnails': bench_thumbnails, 'idle': bench_idle,
               'timeline': bench_timeline, 'phone': bench_phone, 'media': bench_media, 'metadata': bench_metadata,
               'vectors': bench_vectors, 'ocr': bench_ocr, 'faces': bench_faces, 'labelled': bench_labelled, 'ml': bench_ml}
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('what', nargs='*', choices=[*benches, []], default=list(benches))
    parser.add_argument('-n', '--count', type=int, default=200, help='photos of 12 MP (200)')
    parser.add_argument('--runs', type=int, default=3)
    parser.add_argument('--idle', type=int, default=600, help='seconds of idling that are measured (600)')
    parser.add_argument('--idle-warm', type=int, default=330, help='seconds before, for models to unload (330)')
    parser.add_argument('--library', type=int, default=50_000, help='assets of the timeline and phone benches (50,000)')
    parser.add_argument('--media-count', type=int, default=8, help='files of each format of the media bench (8)')
    parser.add_argument('--metadata-count', type=int, default=300, help='files of each kind of the metadata bench (300)')
    parser.add_argument('--vectors', default='50000,500000', help='sizes of the libraries of the vectors bench (50000,500000)')
    parser.add_argument('--faces', default='20000,100000', help='sizes of the libraries of the faces bench (20000,100000)')
    parser.add_argument('--labelled', help='folder of the labelled bench: a folder of photos for each person')
    parser.add_argument('--queries', type=int, default=200, help='queries of each case of the vectors bench (200)')
    parser.add_argument('--only', help='formats of the media bench, such as jpeg-12,heic-12 (all)')
    arguments = parser.parse_args()
    commit = subprocess.run(['git', '-C', ROOT, 'describe', '--always', '--dirty'], capture_output=True, text=True)
    say(commit=commit.stdout.strip(), cores=os.cpu_count(), load=os.getloadavg(),
        date=time.strftime('%Y-%m-%d %H:%M:%S UTC', time.gmtime()))
    for what in arguments.what or list(benches):
        say(bench=what, load=os.getloadavg())
        benches[what](arguments)


if __name__ == '__main__':
    main()
