#!/usr/bin/env python3
"""Smart search over many vectors: what a query takes, and what it finds.

  vectors.py --base URL --api-key KEY --env SERVICES_ENV -n 50000 [--queries 200] [--pid server=PID …]

Fills the account's library by COPY with assets whose vectors lie in clusters, as pictures of CLIP models do: all
in one direction of the space, most near one of many themes of very different sizes, which have a few directions
of their own. Then asks POST /search/smart for what is like one of them, by the public API, without a filter and
with filters that a tenth and a hundredth meet, both at random and as people filter: a place, of which only some
themes are. One JSON line a case: latency, cpu, and recall@100 against distances that numpy computes."""
import argparse
import json
import os
import random
import re
import struct
import subprocess
import time

import numpy

from peerlib import Client, Meter, add_pid_args, emit, parse_groups, summary

DIMENSIONS = 512
MODEL = 'bench'
TOP = 100
BLOCK = 20_000


def themes_of(count, seed):
    """Which theme each vector is of: theme k is 1/(k+1) as frequent as the first."""
    frequency = 1 / numpy.arange(1, max(20, count // 100) + 1)
    return numpy.random.default_rng([seed, 1]).choice(len(frequency), count, p=frequency / frequency.sum())


def vectors(count, seed):
    """Blocks of unit vectors as halfs."""
    draw = numpy.random.default_rng([seed, 2])
    unit = lambda a: a / numpy.linalg.norm(a, axis=-1, keepdims=True)
    common = unit(draw.standard_normal(DIMENSIONS)).astype('f4')
    themes = themes_of(count, seed)
    number = themes.max() + 1
    centres = unit(draw.standard_normal((number, DIMENSIONS), 'f4'))
    axes = unit(draw.standard_normal((400, 8, DIMENSIONS), 'f4'))
    for start in range(0, count, BLOCK):
        of = themes[start:start + BLOCK]
        own = numpy.einsum('nk,nkd->nd', draw.standard_normal((len(of), 8), 'f4'), axes[of % len(axes)])
        noise = unit(draw.standard_normal((len(of), DIMENSIONS), 'f4'))
        yield unit(0.7 * common + 0.5 * centres[of] + 0.12 * own + 0.25 * noise).astype('f2')


def asset_id(number):
    """The UUID that the statement below makes of a number."""
    import hashlib
    digest = hashlib.md5(str(number).encode()).hexdigest()
    digest = digest[:12] + '4' + digest[13:16] + 'a' + digest[17:]
    return f'{digest[:8]}-{digest[8:12]}-{digest[12:16]}-{digest[16:20]}-{digest[20:]}'


ID = "overlay(overlay(md5({0}::text) placing '4' from 13) placing 'a' from 17)::uuid"

FILL = f"""
insert into asset (id, owner_id, type, original_path, original_file_name, checksum, size_in_bytes, file_created_at,
    file_modified_at, local_date_time)
select {ID.format('i')}, (select id from "user"), 'IMAGE', 'upload/bench/' || i, i || '.jpg',
    decode(md5(i::text) || '00000000', 'hex'), 1000, timestamptz '2010-01-01Z' + i * interval '10 minutes', now(),
    timestamp '2010-01-01' + i * interval '10 minutes'
from generate_series(%(first)s, %(last)s) i;
"""


class Database:
    def __init__(self, env):
        with open(env) as file:
            values = dict(line.rstrip('\n').split('=', 1) for line in file if '=' in line)
        self.command = ['psql', '-qXAtv', 'ON_ERROR_STOP=1', '-U', values['KEEPSAKE_DB_USER'],
                        '-d', values['KEEPSAKE_DB_URL'].replace('jdbc:', '')]
        self.environment = dict(os.environ, PGPASSWORD=values['KEEPSAKE_DB_PASSWORD'])

    def run(self, *statements, **options):
        commands = [argument for statement in statements for argument in ('-c', statement)]
        return subprocess.run(self.command + commands, env=self.environment, check=True, text=True,
                              stdout=subprocess.PIPE, **options).stdout.strip()

    def copy(self, columns, rows):
        """Rows as numpy has them, in PostgreSQL's binary form."""
        process = subprocess.Popen(self.command + ['-c', f'copy {columns} from stdin (format binary)'],
                                   env=self.environment, stdin=subprocess.PIPE)
        process.stdin.write(b'PGCOPY\n\xff\r\n\0' + struct.pack('>ii', 0, 0))
        for block in rows:
            process.stdin.write(block.tobytes())
        process.stdin.write(struct.pack('>h', -1))
        process.stdin.close()
        assert process.wait() == 0


def rows(blocks):
    kind = numpy.dtype([('fields', '>i2'), ('id_length', '>i4'), ('id', 'V16'), ('model_length', '>i4'),
                        ('model', f'S{len(MODEL)}'), ('length', '>i4'), ('dimensions', '>i2'), ('unused', '>i2'),
                        ('vector', '>f2', DIMENSIONS)])
    first = 1
    for block in blocks:
        table = numpy.zeros(len(block), kind)
        table['fields'], table['id_length'], table['model_length'], table['model'] = 3, 16, len(MODEL), MODEL.encode()
        table['length'], table['dimensions'], table['vector'] = 4 + 2 * DIMENSIONS, DIMENSIONS, block
        table['id'] = [numpy.void(bytes.fromhex(asset_id(first + i).replace('-', ''))) for i in range(len(block))]
        first += len(block)
        yield table


def attributes(count, seed):
    """For each asset what filters ask for: a camera of a tenth and one of a hundredth, a city of some themes."""
    chance = numpy.random.default_rng([seed, 3]).random(count)
    return {'tenth': chance < 0.1, 'hundredth': chance < 0.01,
            'city': themes_of(count, seed) % 50 == 7}  # neither the largest themes nor the smallest alone


def fill(database, count, seed):
    began = time.monotonic()
    definition = database.run("select pg_get_indexdef('smart_search_embedding_idx'::regclass)")
    database.run('set client_min_messages = warning', 'drop index smart_search_embedding_idx', 'truncate asset cascade')
    for first in range(1, count + 1, 50_000):
        database.run(FILL % dict(first=first, last=min(count, first + 49_999)))
    has = attributes(count, seed)
    lines = ''.join(f"{asset_id(i + 1)}\t{'Tenth' if has['tenth'][i] else 'Other'}\t"
                    f"{'Hundredth' if has['hundredth'][i] else 'Other'}\t{'Here' if has['city'][i] else 'There'}\n"
                    for i in range(count))
    database.run('copy asset_exif (asset_id, make, model, city) from stdin', input=lines)
    database.copy('smart_search (asset_id, model, embedding)', rows(vectors(count, seed)))
    loaded = time.monotonic()
    database.run("set maintenance_work_mem = '1500MB'", definition)
    built = time.monotonic()
    database.run('vacuum analyze asset', 'vacuum analyze asset_exif', 'vacuum analyze smart_search')
    size = database.run("select pg_relation_size('smart_search_embedding_idx'), pg_table_size('smart_search')")
    index, table = (round(int(part) / 2 ** 20) for part in size.split('|'))
    emit(dict(what='vectors loaded', vectors=count, load_s=round(loaded - began, 1),
              index_build_s=round(built - loaded, 1), index_mb=index, table_mb=table, index=re.sub('.* USING ', '', definition)))


def nearest(count, seed, queries, masks):
    """For each query the distance of the hundredth neighbour by each mask, computed from the halfs, and all vectors."""
    table = numpy.concatenate(list(vectors(count, seed)))
    unit = lambda a: a / numpy.linalg.norm(a, axis=-1, keepdims=True)
    wanted = unit(table[queries].astype('f4'))
    distances = numpy.empty((len(queries), count), 'f4')
    for start in range(0, count, BLOCK):
        distances[:, start:start + BLOCK] = 1 - wanted @ unit(table[start:start + BLOCK].astype('f4')).T
    found = {}
    for name, mask in masks.items():
        at = numpy.flatnonzero(mask)
        among = distances[:, at]
        take = min(TOP, len(at)) - 1
        found[name] = (numpy.partition(among, take, axis=1)[:, take], take + 1)
    return distances, found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--base', required=True)
    parser.add_argument('--api-key', required=True)
    parser.add_argument('--env', required=True, help="the stack's services.env")
    parser.add_argument('-n', '--count', type=int, default=50_000)
    parser.add_argument('--queries', type=int, default=200)
    parser.add_argument('--seed', type=int, default=1)
    add_pid_args(parser)
    arguments = parser.parse_args()
    count, seed = arguments.count, arguments.seed
    fill(Database(arguments.env), count, seed)
    client = Client(arguments.base, api_key=arguments.api_key)
    queries = random.Random(seed).sample(range(count), arguments.queries)
    masks = {'none': numpy.ones(count, bool), **attributes(count, seed)}
    bodies = {'none': {}, 'tenth': {'make': 'Tenth'}, 'hundredth': {'model': 'Hundredth'}, 'city': {'city': 'Here'}}
    distances, exact = nearest(count, seed, queries, masks)
    numbers = {asset_id(i + 1): i for i in range(count)}
    pages = {'': 1, ', page 2': 2, ', page 10': 10}
    for name, filters in bodies.items():
        for page_name, page in (pages if name == 'none' else {'': 1}).items():
            latencies, recalls = [], []
            for query in queries[:20]:
                ask(client, query, filters, page)
            meter = Meter(parse_groups(arguments))
            for row, query in enumerate(queries):
                began = time.monotonic()
                items = ask(client, query, filters, page)
                latencies.append((time.monotonic() - began) * 1000)
                limit, possible = exact[name][0][row], exact[name][1]
                if page == 1:
                    near = [distances[row][numbers[item['id']]] for item in items]
                    recalls.append(sum(d <= limit + 1e-6 for d in near) / possible)
            result = meter.stop()
            emit(dict(case=f'filter {name}{page_name}', vectors=count, meet=int(masks[name].sum()),
                      **{key: round(value, 2) for key, value in summary(latencies).items()},
                      recall=round(sum(recalls) / len(recalls), 4) if recalls else None,
                      worst_recall=round(min(recalls), 2) if recalls else None,
                      cpu_ms_per_query={group: round(1000 * cpu / len(queries), 1) for group, cpu in result['cpu_s'].items()},
                      load1=result['load1']))


def ask(client, query, filters, page):
    body = dict(filters, queryAssetId=asset_id(query + 1), size=TOP, page=page)
    return client.json('POST', '/search/smart', body)['assets']['items']


if __name__ == '__main__':
    main()
