"""What this domain brings to the platform, and who may ask it for what.

The importer and the seed act by their own right and are named nowhere.
"""

from domain.consultations import commands as c
from domain.consultations import events as e
from domain.consultations.consultation import Consultation
from domain.consultations.contribution import Contribution
from domain.consultations.judging import judge_consultation
from domain.consultations.plan import ConsultationPlan
from domain.consultations.policies import POLICIES
from domain.kernel.manifest import Domain, Role, Scope
from domain.kernel.readers import ANYBODY, INVOLVED, OFFICERS, STAFF, SUPERVISED

_OFFICERS = frozenset({Role.DRAFTING_OFFICER, Role.CONSULTATION_COORDINATOR, Role.LEGAL_OFFICER})
_COORDINATORS = frozenset({Role.CONSULTATION_COORDINATOR})
_LAWYERS = frozenset({Role.CONSULTATION_COORDINATOR, Role.LEGAL_OFFICER})
_SUPERVISORS = frozenset({Role.LEGAL_OFFICER, Role.OGG_SUPERVISOR, Role.NATIONAL_SUPERVISOR})
_CONTRIBUTORS = frozenset({Role.SIGNED_IN, Role.CSO_DELEGATE})
_CLOCK = frozenset({Role.CLOCK})

DOMAIN = Domain(
    name="consultations",
    aggregates=(ConsultationPlan, Consultation, Contribution),
    events=e.EVENTS,
    permissions={
        c.DraftPlan: _OFFICERS,
        c.AddPlanItem: _OFFICERS,
        c.MovePlanItem: _LAWYERS,
        c.DropPlanItem: _LAWYERS,
        c.ConsultPlan: _LAWYERS,
        c.AdoptPlan: _LAWYERS,
        c.PlanConsultation: _OFFICERS,
        c.AmendDraft: _OFFICERS,
        c.CitePlanItem: _OFFICERS,
        c.GiveUnplannedReason: _OFFICERS,
        c.StartInitialRound: _OFFICERS,
        c.FinishInitialRound: _OFFICERS,
        c.AttachDocument: _OFFICERS,
        c.RemoveDocument: _OFFICERS,
        c.CheckLegality: _OFFICERS | {Role.OGG_SUPERVISOR},
        c.OpenConsultation: _COORDINATORS,
        c.PublishVersion: _COORDINATORS,
        c.ExtendConsultation: _COORDINATORS,
        c.RestartConsultation: _COORDINATORS,
        c.ScheduleMeeting: _OFFICERS,
        c.CancelMeeting: _OFFICERS,
        c.RecordMeeting: _OFFICERS,
        c.CloseConsultation: _CLOCK,
        c.RecomputeDeadlines: _CLOCK,
        c.GroupContributions: _OFFICERS,
        c.UngroupContributions: _OFFICERS,
        c.AnswerGroup: _OFFICERS,
        c.CompleteAnalysis: _COORDINATORS,
        c.PublishReport: _COORDINATORS,
        c.RecordAdoption: _LAWYERS,
        c.LinkGazette: _LAWYERS,
        c.ConcludeConsultation: _COORDINATORS,
        c.WithdrawConsultation: _COORDINATORS,
        c.AnnulConsultation: _SUPERVISORS,
        c.DraftContribution: _CONTRIBUTORS,
        c.SubmitContribution: _CONTRIBUTORS,
        c.RecordContribution: _OFFICERS,
        c.ReviseContribution: _CONTRIBUTORS,
        c.SubmitDraft: _CONTRIBUTORS,
        c.WithdrawContribution: _CONTRIBUTORS,
        c.AcknowledgeContribution: _OFFICERS | _CLOCK,
        c.PublishContribution: _OFFICERS,
        c.WithholdContribution: _LAWYERS,
        c.RecordPosition: _OFFICERS | _CLOCK,
        c.RevisePosition: _OFFICERS,
        c.DisputeAnswer: _CONTRIBUTORS,
        c.ReplyToDispute: _OFFICERS,
    },
    queries={
        "plans": STAFF,
        "plan": STAFF,
        "consultations": STAFF,
        "consultation": STAFF,
        "consultation_lint": OFFICERS | {Role.NATIONAL_SUPERVISOR, Role.AUDITOR},
        "contributions": SUPERVISED,
        "contribution": SUPERVISED | {Role.SIGNED_IN, Role.API_CLIENT},
        "own_contributions": ANYBODY | {Role.API_CLIENT},
        "deadlines": INVOLVED,
        "deadline_proof": INVOLVED,
    },
    policies=POLICIES,
    judges={Consultation: judge_consultation},
    scopes={
        Scope.CONTRIBUTIONS: frozenset(
            {
                c.DraftContribution,
                c.SubmitContribution,
                c.ReviseContribution,
                c.SubmitDraft,
                c.WithdrawContribution,
                c.DisputeAnswer,
                "contribution",
                "own_contributions",
                "file_upload",
            }
        )
    },
    public=frozenset(
        {
            e.PlanConsulted,
            e.PlanAdopted,
            e.ConsultationOpened,
            e.DocumentVersionPublished,
            e.ConsultationExtended,
            e.ConsultationRestarted,
            e.MeetingScheduled,
            e.MeetingCancelled,
            e.MeetingHeld,
            e.ConsultationClosed,
            e.DeadlineMoved,
            e.ReportPublished,
            e.ActAdopted,
            e.GazetteLinked,
            e.ConsultationConcluded,
            e.ConsultationWithdrawn,
            e.ConsultationAnnulled,
            e.ContributionPublished,
            e.ContributionWithdrawn,
        }
    ),
    granted=frozenset(
        {
            e.PlanItemAdded,
            e.PlanItemMoved,
            e.PlanItemDropped,
            e.ConsultationPlanned,
            e.InitialRoundOpened,
            e.InitialRoundFinished,
            e.AnalysisCompleted,
            e.ContributionReceipted,
            e.ContributionWithheld,
            e.PositionRecorded,
            e.PositionRevised,
            e.DisputeReplied,
        }
    ),
)
