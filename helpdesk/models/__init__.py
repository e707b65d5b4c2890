"""The chat: engines that answer, conversations, their messages, and the citations they stand on."""

from helpdesk.models.calibrations import Calibration
from helpdesk.models.conversations import Citation, Conversation, Message
from helpdesk.models.curated import CuratedAnswer, CuratedPhrasing, CuratedSource
from helpdesk.models.engines import Engine
from helpdesk.models.explanations import Explanation
from helpdesk.models.feedback import Feedback
from helpdesk.models.gaps import Gap, GapQuestion
from helpdesk.models.handoffs import Handoff, HandoffChange
from helpdesk.models.keys import ApiCall, ApiKey
from helpdesk.models.shares import Share
from helpdesk.models.sign_ins import SignInTries

__all__ = [
    "ApiCall",
    "ApiKey",
    "Calibration",
    "Citation",
    "Conversation",
    "CuratedAnswer",
    "CuratedPhrasing",
    "CuratedSource",
    "Engine",
    "Explanation",
    "Feedback",
    "Gap",
    "GapQuestion",
    "Handoff",
    "HandoffChange",
    "Message",
    "Share",
    "SignInTries",
]
