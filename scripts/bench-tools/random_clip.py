#!/usr/bin/env python3
"""Writes a CLIP model of ViT-B/32's size with random weights, in the layout of ViT-B-32__openai: what it costs is
real, what it says is noise.   random_clip.py FOLDER TOKENIZER_FOLDER"""
import array
import json
import os
import random
import shutil
import struct
import sys

FLOAT, INT32, INT64 = 1, 6, 7
random.seed(5)
NOISE = array.array('f', (random.gauss(0, 0.02) for _ in range(1 << 18)))


def varint(value):
    value &= (1 << 64) - 1
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)


def number(field, value):
    return varint(field << 3) + varint(value)


def block(field, value):
    value = value.encode() if isinstance(value, str) else value
    return varint(field << 3 | 2) + varint(len(value)) + value


class Graph:
    """An ONNX graph (operators 17), as bytes: see onnx.proto3 for the numbers of the fields."""

    def __init__(self):
        self.nodes, self.weights, self.count = [], [], 0

    def name(self):
        self.count += 1
        return f'v{self.count}'

    def tensor(self, kind, shape, raw):
        name = self.name()
        self.weights.append(b''.join(number(1, side) for side in shape) + number(2, kind) + block(8, name) + block(9, raw))
        return name

    def noise(self, *shape):
        size = 1
        for side in shape:
            size *= side
        start = random.randrange(len(NOISE))
        values = NOISE[start:] + NOISE[:start]
        raw = values.tobytes() * (size // len(values) + 1)
        return self.tensor(FLOAT, shape, raw[:4 * size])

    def fill(self, value, *shape):
        size = 1
        for side in shape:
            size *= side
        return self.tensor(FLOAT, shape, array.array('f', [value]).tobytes() * size)

    def ints(self, *values):
        return self.tensor(INT64, (len(values),), struct.pack(f'<{len(values)}q', *values))

    def node(self, kind, *inputs, outputs=1, **attributes):
        names = [self.name() for _ in range(outputs)]
        body = b''.join(block(1, name) for name in inputs) + b''.join(block(2, name) for name in names)
        body += block(3, names[0] + kind) + block(4, kind)
        for key, value in attributes.items():
            if isinstance(value, float):
                content = varint(2 << 3 | 5) + struct.pack('<f', value) + number(20, 1)
            elif isinstance(value, int):
                content = number(3, value) + number(20, 2)
            else:
                content = b''.join(number(8, v) for v in value) + number(20, 7)
            body += block(5, block(1, key) + content)
        self.nodes.append(body)
        return names[0] if outputs == 1 else names

    def linear(self, x, inner, outer):
        return self.node('Add', self.node('MatMul', x, self.noise(inner, outer)), self.noise(outer))

    def norm(self, x, width):
        return self.node('LayerNormalization', x, self.fill(1, width), self.fill(0, width), axis=-1, epsilon=1e-5)

    def transformer(self, x, tokens, width, heads, layers, mask=None):
        head = width // heads
        split, apart, together = self.ints(width, width, width), self.ints(0, tokens, heads, head), self.ints(0, tokens, width)
        scale, gelu = self.fill(head ** -0.5), self.fill(1.702)
        for _ in range(layers):
            parts = self.node('Split', self.linear(self.norm(x, width), width, 3 * width), split, outputs=3, axis=2)
            q, k, v = (self.node('Reshape', part, apart) for part in parts)
            q, v = (self.node('Transpose', part, perm=(0, 2, 1, 3)) for part in (q, v))
            k = self.node('Transpose', k, perm=(0, 2, 3, 1))
            weights = self.node('MatMul', self.node('Mul', q, scale), k)
            if mask:
                weights = self.node('Add', weights, mask)
            seen = self.node('MatMul', self.node('Softmax', weights, axis=-1), v)
            seen = self.node('Reshape', self.node('Transpose', seen, perm=(0, 2, 1, 3)), together)
            x = self.node('Add', x, self.linear(seen, width, width))
            y = self.linear(self.norm(x, width), width, 4 * width)
            y = self.node('Mul', y, self.node('Sigmoid', self.node('Mul', y, gelu)))
            x = self.node('Add', x, self.linear(y, 4 * width, width))
        return x

    def unit(self, x):
        return self.node('Div', x, self.node('ReduceL2', x, axes=(-1,), keepdims=1))

    def write(self, path, given, kind, shape, result):
        def value(name, kind, shape):
            sides = b''.join(block(1, block(2, side) if isinstance(side, str) else number(1, side)) for side in shape)
            return block(1, name) + block(2, block(1, number(1, kind) + block(2, sides)))
        self.nodes.append(block(1, result) + block(2, 'embedding') + block(3, 'result') + block(4, 'Identity'))
        graph = b''.join(block(1, node) for node in self.nodes) + block(2, 'random')
        graph += b''.join(block(5, weight) for weight in self.weights)
        graph += block(11, value(given, kind, shape)) + block(12, value('embedding', FLOAT, (shape[0], 512)))
        with open(path, 'wb') as file:
            file.write(number(1, 8) + block(8, number(2, 17)) + block(7, graph))


def visual(path):
    graph = Graph()
    x = graph.node('Conv', 'image', graph.noise(768, 3, 32, 32), strides=(32, 32), kernel_shape=(32, 32))
    x = graph.node('Transpose', graph.node('Reshape', x, graph.ints(0, 768, 49)), perm=(0, 2, 1))
    # A row for the class, whose embedding is in the first of the positions'.
    x = graph.node('Add', graph.node('Pad', x, graph.ints(0, 1, 0, 0, 0, 0)), graph.noise(1, 50, 768))
    x = graph.transformer(graph.norm(x, 768), 50, 768, 12, 12)
    x = graph.node('Gather', x, graph.tensor(INT64, (), struct.pack('<q', 0)), axis=1)
    graph.write(path, 'image', FLOAT, ('batch', 3, 224, 224),
                graph.unit(graph.node('MatMul', graph.norm(x, 768), graph.noise(768, 512))))


def textual(path):
    graph = Graph()
    x = graph.node('Add', graph.node('Gather', graph.noise(49408, 512), 'text', axis=0), graph.noise(77, 512))
    rows = [[0.0 if column <= row else -10000.0 for column in range(77)] for row in range(77)]
    mask = graph.tensor(FLOAT, (77, 77), array.array('f', sum(rows, [])).tobytes())
    x = graph.transformer(x, 77, 512, 8, 12, mask)
    end = graph.node('ArgMax', 'text', axis=1, keepdims=0)
    x = graph.node('Reshape', graph.node('Gather', x, end, axis=1), graph.ints(1, 512))
    graph.write(path, 'text', INT32, (1, 77), graph.unit(graph.node('MatMul', graph.norm(x, 512), graph.noise(512, 512))))


def main(folder, tokenizer):
    for half in ('visual', 'textual'):
        os.makedirs(os.path.join(folder, half), exist_ok=True)
    visual(os.path.join(folder, 'visual', 'model.onnx'))
    textual(os.path.join(folder, 'textual', 'model.onnx'))
    for name in ('config.json', 'visual/preprocess_cfg.json', 'textual/tokenizer.json', 'textual/tokenizer_config.json'):
        shutil.copy(os.path.join(tokenizer, name), os.path.join(folder, name))


if __name__ == '__main__':
    main(*sys.argv[1:])
