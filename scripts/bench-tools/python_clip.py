"""python_clip.py FOLDER MODEL THREADS: what a preview (*.jpeg in the folder) costs through a model in it: decoded in full by
PIL, brought to 224 pixels by an antialiased bicubic, cut, normalised, run. Times leave the first five previews out."""
import glob
import json
import sys
import time

import numpy
import onnxruntime
from PIL import Image

SIDE = 224
MEAN = numpy.array([0.48145466, 0.4578275, 0.40821073], numpy.float32)
DEVIATION = numpy.array([0.26862954, 0.26130258, 0.27577711], numpy.float32)


def pixels(path):
    image = Image.open(path).convert('RGB')
    width, height = image.size
    size = (SIDE, int(height / width * SIDE)) if width < height else (int(width / height * SIDE), SIDE)
    image = image.resize(size, Image.BICUBIC)
    left, top = (image.width - SIDE) // 2, (image.height - SIDE) // 2
    cut = numpy.asarray(image.crop((left, top, left + SIDE, top + SIDE)), numpy.float32) / 255
    return ((cut - MEAN) / DEVIATION).transpose(2, 0, 1)[None]


def main(folder, model, threads):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = int(threads), 1
    options.enable_cpu_mem_arena = False
    session = onnxruntime.InferenceSession(folder + '/' + model, options, providers=['CPUExecutionProvider'])
    previews = sorted(glob.glob(folder + '/*.jpeg'))
    for path in previews[:5]:
        session.run(None, {'image': pixels(path)})
    cpu, wall = time.process_time(), time.monotonic()
    for path in previews:
        session.run(None, {'image': pixels(path)})
    print(json.dumps(dict(onnxruntime=onnxruntime.__version__, cpu_ms_each=round(1000 * (time.process_time() - cpu) / len(previews), 1),
                          ms_each=round(1000 * (time.monotonic() - wall) / len(previews), 1))))


if __name__ == '__main__':
    main(*sys.argv[1:])
