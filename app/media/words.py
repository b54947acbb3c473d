"""The sentence behind each reason, each note and each state, for a person who is no engineer."""

from __future__ import annotations

from typing import Any

from app.kernel.i18n import _l
from app.media.captions import Fault
from app.media.rules import Reason, State

REASONS: dict[Reason, Any] = {
    Reason.EMPTY: _l("The file is empty (0 bytes). Please check it on your computer and upload it again."),
    Reason.NOT_MEDIA: _l("This is not a video or audio file, whatever its name says. Please choose the recording itself."),
    Reason.PLAYLIST: _l("This is a playlist that only points to other files. Please upload the video itself."),
    Reason.UNREADABLE: _l("The file cannot be read. It may be damaged or encrypted; please export it again."),
    Reason.TRUNCATED: _l("The file breaks off before its end. The copy or the recording was probably interrupted."),
    Reason.NO_STREAM: _l("There is neither picture nor sound in the file."),
    Reason.UNSUPPORTED_CODEC: _l("The recording format (%(codec)s) is not supported. Please export it as MP4 with H.264 and AAC."),
    Reason.TOO_LARGE_PICTURE: _l("The picture measures %(width)s × %(height)s; up to 4096 × 2304 is accepted."),
    Reason.TOO_LONG: _l("The recording is longer than 6 hours. Please cut it into several lectures."),
    Reason.TOO_SHORT: _l("The recording is shorter than one second."),
    Reason.TOO_MANY_STREAMS: _l("The file holds %(streams)s tracks; up to %(limit)s are accepted."),
    Reason.DAMAGED: _l("The picture or sound could not be decoded to the end. The file is probably damaged."),
    Reason.TIME_LIMIT: _l("Processing took longer than is allowed and was stopped. Please try again when the server is less busy."),
    Reason.MEMORY_LIMIT: _l("Processing needed more memory than is allowed. Please export the video at a smaller size."),
    Reason.NO_SPACE: _l("The server's disk is full. Nothing was lost; please try again when space has been made."),
    Reason.NO_ENCODER: _l("The server has no working video encoder. Please tell the system administrator."),
    Reason.MISSING_FILE: _l("The uploaded file is no longer on the server. Please upload it again."),
    Reason.INTERNAL: _l("Something went wrong on our side. Please try again; if it happens again, tell the system administrator."),
}

FAULTS: dict[Fault, Any] = {
    Fault.ENCODING: _l("The text is neither UTF-8 nor GB18030."),
    Fault.TOO_LARGE: _l("A caption file may hold up to 2 MB."),
    Fault.NO_CUES: _l("There is not a single caption in the file."),
    Fault.BAD_TIME: _l("This is not a time such as 00:01:02,500 --> 00:01:05,000."),
    Fault.ENDS_FIRST: _l("The caption ends before it begins."),
    Fault.STRAY_TEXT: _l("These words belong to no caption: a line with times is missing above them."),
    Fault.TOO_LONG: _l("The caption is too long; up to 1000 characters are accepted."),
    Fault.TOO_MANY: _l("There are more than 10,000 captions."),
    Fault.AFTER_END: _l("The caption begins after the end of the recording. Is it the right file?"),
}

NOTES: dict[str, Any] = {
    "no_sound": _l("There is no sound in this video."),
}

STATES: dict[State, Any] = {
    State.UPLOADING: _l("Uploading"),
    State.RECEIVED: _l("Waiting to be checked"),
    State.CHECKING: _l("Being checked"),
    State.REMUXED: _l("Playable, waiting for transcoding"),
    State.TRANSCODING: _l("Transcoding"),
    State.READY: _l("Ready to publish"),
    State.FAILED: _l("Failed"),
}


def sentence(reason: str | None, facts: dict[str, Any]) -> str:
    """The sentence of a failure with its figures; nothing for none."""
    if reason is None:
        return ""
    words = str(REASONS[Reason(reason)])
    return words % facts if "%(" in words else words


def note(code: str) -> str:
    """The sentence of a note, or the code itself for one from a newer version."""
    return str(NOTES.get(code, code))
