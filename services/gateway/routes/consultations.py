"""Addresses of the commands on plans, consultations and contributions."""

from domain.consultations import commands as c
from services.gateway.command_route import CommandRoute
from services.gateway.routing import Routes

_PLAN, _CONSULTATION, _CONTRIBUTION = "/plans/{id}", "/consultations/{id}", "/contributions/{id}"

ROUTES = Routes(
    commands=(
        CommandRoute("/plans", c.DraftPlan, reads=_PLAN),
        CommandRoute(f"{_PLAN}/items", c.AddPlanItem),
        CommandRoute(f"{_PLAN}/move-item", c.MovePlanItem),
        CommandRoute(f"{_PLAN}/drop-item", c.DropPlanItem),
        CommandRoute(f"{_PLAN}/consult", c.ConsultPlan),
        CommandRoute(f"{_PLAN}/adopt", c.AdoptPlan),
        CommandRoute("/consultations", c.PlanConsultation, reads=_CONSULTATION),
        CommandRoute(f"{_CONSULTATION}/amend", c.AmendDraft),
        CommandRoute(f"{_CONSULTATION}/cite-plan-item", c.CitePlanItem),
        CommandRoute(f"{_CONSULTATION}/give-unplanned-reason", c.GiveUnplannedReason),
        CommandRoute(f"{_CONSULTATION}/start-initial-round", c.StartInitialRound),
        CommandRoute(f"{_CONSULTATION}/finish-initial-round", c.FinishInitialRound),
        CommandRoute(f"{_CONSULTATION}/documents", c.AttachDocument),
        CommandRoute(f"{_CONSULTATION}/remove-document", c.RemoveDocument),
        CommandRoute(f"{_CONSULTATION}/check-legality", c.CheckLegality),
        CommandRoute(f"{_CONSULTATION}/open", c.OpenConsultation),
        CommandRoute(f"{_CONSULTATION}/versions", c.PublishVersion),
        CommandRoute(f"{_CONSULTATION}/extend", c.ExtendConsultation),
        CommandRoute(f"{_CONSULTATION}/restart", c.RestartConsultation),
        CommandRoute(f"{_CONSULTATION}/meetings", c.ScheduleMeeting),
        CommandRoute(f"{_CONSULTATION}/cancel-meeting", c.CancelMeeting),
        CommandRoute(f"{_CONSULTATION}/record-meeting", c.RecordMeeting),
        CommandRoute(f"{_CONSULTATION}/groups", c.GroupContributions),
        CommandRoute(f"{_CONSULTATION}/ungroup", c.UngroupContributions),
        CommandRoute(f"{_CONSULTATION}/answer-group", c.AnswerGroup),
        CommandRoute(f"{_CONSULTATION}/complete-analysis", c.CompleteAnalysis),
        CommandRoute(f"{_CONSULTATION}/publish-report", c.PublishReport),
        CommandRoute(f"{_CONSULTATION}/record-adoption", c.RecordAdoption),
        CommandRoute(f"{_CONSULTATION}/link-gazette", c.LinkGazette),
        CommandRoute(f"{_CONSULTATION}/conclude", c.ConcludeConsultation),
        CommandRoute(f"{_CONSULTATION}/withdraw", c.WithdrawConsultation),
        CommandRoute(f"{_CONSULTATION}/annul", c.AnnulConsultation),
        CommandRoute("/contributions", c.SubmitContribution, reads=_CONTRIBUTION, batch=True),
        CommandRoute("/contributions/drafts", c.DraftContribution, reads=_CONTRIBUTION, batch=True),
        CommandRoute("/contributions/records", c.RecordContribution, reads=_CONTRIBUTION),
        CommandRoute(f"{_CONTRIBUTION}/revise", c.ReviseContribution),
        CommandRoute(f"{_CONTRIBUTION}/submit", c.SubmitDraft, batch=True),
        CommandRoute(f"{_CONTRIBUTION}/acknowledge", c.AcknowledgeContribution),
        CommandRoute(f"{_CONTRIBUTION}/publish", c.PublishContribution),
        CommandRoute(f"{_CONTRIBUTION}/withhold", c.WithholdContribution),
        CommandRoute(f"{_CONTRIBUTION}/withdraw", c.WithdrawContribution, batch=True),
        CommandRoute(f"{_CONTRIBUTION}/position", c.RecordPosition),
        CommandRoute(f"{_CONTRIBUTION}/revise-position", c.RevisePosition),
        CommandRoute(f"{_CONTRIBUTION}/dispute", c.DisputeAnswer),
        CommandRoute(f"{_CONTRIBUTION}/reply", c.ReplyToDispute),
    )
)
