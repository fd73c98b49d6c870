#!/usr/bin/env python3
"""Make one photo in many formats and sizes, from one large real picture.

  gen_media.py OUT SOURCE

OUT gets NAME.EXTENSION for each of SPECIMENS. Needs vips (libvips-tools), heif-enc (libheif-examples)."""
import os
import struct
import subprocess
import sys

MEGAPIXELS = {'jpeg-12': 12, 'jpeg-48': 48, 'progressive-12': 12, 'jpeg-200': 200, 'png-12': 12, 'webp-12': 12, 'tiff-12': 12,
              'gif-1': 1, 'heic-12': 12, 'heic-48': 48, 'heic-108': 108, 'avif-12': 12, 'jxl-12': 12, 'jp2-12': 12, 'bmp-12': 12,
              'dng-12': 12}


def run(*command):
    subprocess.run(command, check=True, env=dict(os.environ, VIPS_WARNING='0'))


def resized(source, megapixels, out):
    width, height = (int(subprocess.run(['vipsheader', '-f', side, source], check=True, capture_output=True, text=True).stdout)
                     for side in ('width', 'height'))
    run('vips', 'resize', source, out, str((megapixels * 1e6 / width / height) ** 0.5))


def bmp(rgb, width, height, out):
    row = width * 3
    pad = b'\0' * (-row % 4)
    with open(out, 'wb') as file:
        size = (row + len(pad)) * height
        file.write(b'BM' + struct.pack('<IIIIiiHHIIiiII', 54 + size, 0, 54, 40, width, height, 1, 24, 0, size, 2835, 2835, 0, 0))
        for y in reversed(range(height)):
            line = bytearray(rgb[y * row:(y + 1) * row])
            line[0::3], line[2::3] = line[2::3], line[0::3]
            file.write(bytes(line) + pad)


def dng(rgb, width, height, out):
    """What a sensor would have seen, without a preview: it must be developed."""
    row = width * 3
    data = bytearray(2 * width * height)
    for y in range(height):
        line = rgb[y * row:(y + 1) * row]
        start = 2 * width * y
        # red green / green blue, in the high byte of 16 bits
        data[start + 1:start + 2 * width:4] = line[y % 2::6]
        data[start + 3:start + 2 * width:4] = line[4 + y % 2::6]
    matrix = [32406, -15372, -4986, -9689, 18758, 415, 557, -2040, 10570]
    tags = [(254, 'I', [0]), (256, 'I', [width]), (257, 'I', [height]), (258, 'H', [16]), (259, 'H', [1]), (262, 'H', [32803]),
            (271, 's', b'Keepsake\0'), (272, 's', b'Sensor\0'), (273, 'I', [0]), (277, 'H', [1]), (278, 'I', [height]),
            (279, 'I', [len(data)]), (284, 'H', [1]), (33421, 'H', [2, 2]), (33422, 'B', [0, 1, 1, 2]), (50706, 'B', [1, 4, 0, 0]),
            (50708, 's', b'Keepsake Sensor\0'), (50717, 'I', [65535]), (50721, 'r', matrix), (50728, 'r', [10000] * 3),
            (50778, 'H', [21])]
    behind = 8 + 2 + 12 * len(tags) + 4
    entries, values = b'', b''
    types = {'B': 1, 's': 2, 'H': 3, 'I': 4, 'r': 10}
    for tag, kind, value in tags:
        packed = value if kind == 's' else b''.join(struct.pack('<ii', v, 10000) for v in value) if kind == 'r' \
            else struct.pack(f'<{len(value)}{kind}', *value)
        if tag == 273:
            entries += struct.pack('<HHII', tag, 4, 1, 4096)
        elif len(packed) <= 4:
            entries += struct.pack('<HHI', tag, types[kind], len(value)) + packed.ljust(4, b'\0')
        else:
            entries += struct.pack('<HHII', tag, types[kind], len(value), behind + len(values))
            values += packed
    head = b'II*\0' + struct.pack('<IH', 8, len(tags)) + entries + b'\0' * 4 + values
    with open(out, 'wb') as file:
        file.write(head.ljust(4096, b'\0') + data)


def main():
    folder, source = sys.argv[1:]
    os.makedirs(folder, exist_ok=True)
    bases = {}
    for name, megapixels in MEGAPIXELS.items():
        kind = name.split('-')[0]
        out = os.path.join(folder, name + '.' + {'jpeg': 'jpg', 'progressive': 'jpg'}.get(kind, kind))
        base = bases.get(megapixels)
        if base is None:
            base = bases[megapixels] = os.path.join(folder, f'.{megapixels}.jpg')
            resized(source, megapixels, base + '[Q=90]')
        if kind == 'jpeg':
            os.link(base, out)
        elif kind in ('heic', 'avif'):
            run('heif-enc', '-q', '60', *(['-A', '-p', 'speed=8'] if kind == 'avif' else ['-p', 'preset=ultrafast']), base, '-o', out)
        elif kind in ('bmp', 'dng'):
            raw = os.path.join(folder, '.raw')
            run('vips', 'rawsave', base, raw)
            side = [int(subprocess.run(['vipsheader', '-f', s, base], capture_output=True, text=True).stdout) for s in ('width', 'height')]
            with open(raw, 'rb') as file:
                (bmp if kind == 'bmp' else dng)(file.read(), *side, out)
            os.remove(raw)
        else:
            saver = {'progressive': 'jpegsave', 'jp2': 'jp2ksave'}.get(kind, kind + 'save')
            options = {'progressive': ['--interlace'], 'tiff': ['--compression', 'deflate', '--predictor', 'horizontal'],
                       'png': ['--compression', '3']}
            run('vips', saver, base, out, *options.get(kind, []))
    for base in bases.values():
        os.remove(base)


if __name__ == '__main__':
    main()
