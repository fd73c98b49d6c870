#!/usr/bin/env python3
"""Whose faces are whose: what it takes to make people of so many synthetic faces, and how right they are.

  faces.py --base URL --api-key KEY --env SERVICES_ENV -n 20000 [--pid server=PID …]

Fills the account's library by COPY with assets of one face each, of people of very different sizes and of some
strangers, then starts the queue facialRecognition and waits for its end. The vectors are drawn, faces of one
person about 0.3 apart and those of others about 1: the figures of quality say whether grouping keeps apart what
is apart, and nothing about faces, models or real photos."""
import argparse
import time

import numpy

from peerlib import Client, Meter, add_pid_args, emit, parse_groups
from vectors import DIMENSIONS, FILL, Database, asset_id

STRANGERS = 0.1


def drawn(count, seed=1):
    """Who each face is of (-1: a stranger), and the vectors as halfs."""
    draw = numpy.random.default_rng(seed)
    unit = lambda a: a / numpy.linalg.norm(a, axis=-1, keepdims=True)
    people = max(20, count // 100)
    frequency = 1 / numpy.arange(1, people + 1)
    who = draw.choice(people, count, p=frequency / frequency.sum())
    who[draw.random(count) < STRANGERS] = -1
    faces = unit(draw.standard_normal((people, DIMENSIONS), 'f4'))
    noise = unit(draw.standard_normal((count, DIMENSIONS), 'f4'))
    return who, numpy.where((who >= 0)[:, None], unit(faces[who] + 0.65 * noise), noise).astype('f2')


def rows(vectors):
    kind = numpy.dtype([('fields', '>i2'), ('id_length', '>i4'), ('id', 'V16'), ('length', '>i4'), ('dimensions', '>i2'),
                        ('unused', '>i2'), ('vector', '>f2', DIMENSIONS)])
    for first in range(0, len(vectors), 20_000):
        block = vectors[first:first + 20_000]
        table = numpy.zeros(len(block), kind)
        table['fields'], table['id_length'], table['length'] = 2, 16, 4 + 2 * DIMENSIONS
        table['dimensions'], table['vector'] = DIMENSIONS, block
        table['id'] = [numpy.void(bytes.fromhex(asset_id(first + i + 1).replace('-', ''))) for i in range(len(block))]
        yield table


def fill(database, vectors):
    count, began = len(vectors), time.monotonic()
    definition = database.run("select pg_get_indexdef('face_search_embedding_idx'::regclass)")
    database.run('set client_min_messages = warning', 'drop index face_search_embedding_idx', 'truncate asset cascade',
                 'delete from person')
    for first in range(1, count + 1, 50_000):
        database.run(FILL % dict(first=first, last=min(count, first + 49_999)))
    database.run("""insert into asset_job_status (asset_id, metadata_extracted_at, thumbnails_at, smart_search_at,
            faces_recognized_at) select id, now(), now(), now(), now() from asset""",
                 """insert into asset_face (id, asset_id, image_width, image_height, bounding_box_x1, bounding_box_y1,
            bounding_box_x2, bounding_box_y2) select id, id, 1440, 960, 100, 100, 200, 200 from asset""")
    database.copy('face_search (face_id, embedding)', rows(vectors))
    database.run("set maintenance_work_mem = '1500MB'", definition)
    database.run('vacuum analyze asset', 'vacuum analyze asset_face', 'vacuum analyze face_search',
                 'vacuum analyze asset_job_status')
    emit(dict(what='faces loaded', faces=count, seconds=round(time.monotonic() - began, 1)))


def pairs(counts):
    return int((counts * (counts - 1) // 2).sum())


def quality(who, found):
    """Of all pairs of faces that are one person's here, how many are there, and the other way round."""
    known = who >= 0
    named = {}
    of = numpy.array([named.setdefault(person, len(named)) if person else -1 for person in found])
    both = known & (of >= 0)
    _, together = numpy.unique(numpy.stack([who[both], of[both]]), axis=1, return_counts=True)
    _, true = numpy.unique(who[known], return_counts=True)
    _, grouped = numpy.unique(of[of >= 0], return_counts=True)
    return dict(people=len(set(who[known])), people_of_three=int((true >= 3).sum()),
                people_found=len(grouped), strangers_grouped=int((~known & (of >= 0)).sum()),
                pair_precision=round(pairs(together) / max(1, pairs(grouped)), 4),
                pair_recall=round(pairs(together) / max(1, pairs(true)), 4))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--base', required=True)
    parser.add_argument('--api-key', required=True)
    parser.add_argument('--env', required=True)
    parser.add_argument('-n', '--count', type=int, default=20_000)
    add_pid_args(parser)
    arguments = parser.parse_args()
    api = Client(arguments.base, api_key=arguments.api_key)
    database = Database(arguments.env)
    who, vectors = drawn(arguments.count)
    fill(database, vectors)
    meter, began = Meter(parse_groups(arguments)), time.monotonic()
    api.json('PUT', '/jobs/facialRecognition', {'command': 'start', 'force': False})
    while sum(api.json('GET', '/queues/facialRecognition')['statistics'][state] for state in ('active', 'waiting', 'delayed')):
        time.sleep(0.5)
    seconds = time.monotonic() - began
    found = dict(line.split('|') for line in database.run('select id, person_id from asset_face').splitlines())
    emit(dict(what='faces grouped', faces=arguments.count, seconds=round(seconds, 1),
              ms_a_face=round(1000 * seconds / arguments.count, 2), **meter.stop(),
              **quality(who, [found[asset_id(i + 1)] for i in range(arguments.count)])))


if __name__ == '__main__':
    main()
