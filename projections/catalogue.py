"""The one list of read models, and what is made of them by a query alone."""

from typing import Any

from projections.audit_trail import AuditTrail
from projections.consultation_register import ConsultationRegister
from projections.contract_figures import ContractFigures, contract_figures
from projections.contribution_register import ContributionRegister
from projections.council_action_register import CouncilActionRegister
from projections.council_ballot_register import CouncilBallotRegister
from projections.council_election_register import CouncilElectionRegister
from projections.council_meeting_register import CouncilMeetingRegister
from projections.council_register import CouncilRegister
from projections.council_resolution_register import CouncilResolutionRegister
from projections.counting import Counted
from projections.deadline_register import DeadlineRegister
from projections.duty_register import DutyRegister
from projections.funding_claim_register import FundingClaimRegister
from projections.funding_overlap_register import FundingOverlapRegister
from projections.funding_plan_register import FundingPlanRegister
from projections.grant_agreement_register import GrantAgreementRegister
from projections.grant_application_register import GrantApplicationRegister
from projections.grant_call_register import GrantCallRegister
from projections.grant_commission_register import GrantCommissionRegister
from projections.grant_complaint_register import GrantComplaintRegister
from projections.grant_figures import GrantFigures, grant_figures
from projections.grant_scoring_sheet import GrantScoringSheet
from projections.indicator_register import IndicatorRegister
from projections.issuer_key_register import IssuerKeyRegister
from projections.licence_entry_register import LicenceEntryRegister
from projections.licence_register import LicenceRegister
from projections.measure_figures import MeasureFigures, measure_figures
from projections.measure_progress import MeasureProgress
from projections.measure_register import MeasureRegister
from projections.measure_transactions import MeasureTransactions
from projections.member_register import MemberRegister
from projections.memorandum_register import MemorandumRegister
from projections.monitoring_report_register import MonitoringReportRegister
from projections.nomination_call_register import NominationCallRegister
from projections.nomination_register import NominationRegister
from projections.opportunity_register import OpportunityRegister
from projections.organisation_register import OrganisationRegister
from projections.plan_figures import PlanFigures, plan_figures
from projections.plan_register import PlanRegister
from projections.publication_register import PublicationRegister
from projections.read_model import ReadModel
from projections.recorded_contract_register import RecordedContractRegister
from projections.recorded_grant_register import RecordedGrantRegister
from projections.release_register import ReleaseRegister
from projections.roll_ups import ROLL_UPS
from projections.service_bid_register import ServiceBidRegister
from projections.service_bid_sheet import ServiceBidSheet
from projections.service_call_register import ServiceCallRegister
from projections.service_complaint_register import ServiceComplaintRegister
from projections.service_contract_register import ServiceContractRegister
from projections.service_evaluation_register import ServiceEvaluationRegister
from projections.service_need_register import ServiceNeedRegister
from projections.strategy_register import StrategyRegister
from projections.succession_register import SuccessionRegister
from projections.tenant_directory import TenantDirectory
from projections.volunteer_agreement_register import VolunteerAgreementRegister
from projections.volunteer_certificate_register import VolunteerCertificateRegister
from projections.volunteer_hours_register import VolunteerHoursRegister
from projections.volunteer_programme_register import VolunteerProgrammeRegister
from projections.volunteer_provider_register import VolunteerProviderRegister
from projections.volunteer_register import VolunteerRegister
from projections.volunteer_time_register import VolunteerTimeRegister
from projections.volunteering_figures import VolunteeringFigures, volunteering_figures
from projections.webhook_endpoint_register import WebhookEndpointRegister
from projections.working_group_register import WorkingGroupRegister
from projections.workshop_register import WorkshopRegister

__all__ = [
    "CONSULTATIONS",
    "CONTRIBUTIONS",
    "COUNCILS",
    "COUNCIL_ACTIONS",
    "COUNCIL_BALLOTS",
    "COUNCIL_ELECTIONS",
    "COUNCIL_MEETINGS",
    "COUNCIL_RESOLUTIONS",
    "COUNTED",
    "DEADLINES",
    "DIRECTORY",
    "DUTIES",
    "FUNDING_CLAIMS",
    "FUNDING_OVERLAPS",
    "FUNDING_PLANS",
    "GRANT_AGREEMENTS",
    "GRANT_APPLICATIONS",
    "GRANT_CALLS",
    "GRANT_COMMISSIONS",
    "GRANT_COMPLAINTS",
    "GRANT_SCORES",
    "INDICATORS",
    "ISSUER_KEYS",
    "LICENCES",
    "LICENCE_ENTRIES",
    "MEASURES",
    "MEASURE_PROGRESS",
    "MEASURE_TRANSACTIONS",
    "MEMBERS",
    "MEMORANDA",
    "MONITORING_REPORTS",
    "NOMINATIONS",
    "NOMINATION_CALLS",
    "OPPORTUNITIES",
    "ORGANISATIONS",
    "PLANS",
    "PUBLICATIONS",
    "READ_MODELS",
    "RECORDED_CONTRACTS",
    "RECORDED_GRANTS",
    "RELEASES",
    "ROLL_UPS",
    "SERVICE_BIDS",
    "SERVICE_BID_SHEETS",
    "SERVICE_CALLS",
    "SERVICE_COMPLAINTS",
    "SERVICE_CONTRACTS",
    "SERVICE_EVALUATIONS",
    "SERVICE_NEEDS",
    "STRATEGIES",
    "SUCCESSIONS",
    "TRAIL",
    "VOLUNTEERS",
    "VOLUNTEER_AGREEMENTS",
    "VOLUNTEER_CERTIFICATES",
    "VOLUNTEER_HOURS",
    "VOLUNTEER_PROGRAMMES",
    "VOLUNTEER_PROVIDERS",
    "VOLUNTEER_TIME",
    "WEBHOOK_ENDPOINTS",
    "WORKING_GROUPS",
    "WORKSHOPS",
    "read_model",
]

CONSULTATIONS = ConsultationRegister()
CONTRIBUTIONS = ContributionRegister()
DEADLINES = DeadlineRegister()
PLANS = PlanRegister()
FUNDING_PLANS = FundingPlanRegister()
GRANT_CALLS = GrantCallRegister()
GRANT_APPLICATIONS = GrantApplicationRegister()
GRANT_COMMISSIONS = GrantCommissionRegister()
GRANT_SCORES = GrantScoringSheet()
GRANT_COMPLAINTS = GrantComplaintRegister()
GRANT_AGREEMENTS = GrantAgreementRegister()
RECORDED_GRANTS = RecordedGrantRegister()
RECORDED_CONTRACTS = RecordedContractRegister()
SERVICE_CONTRACTS = ServiceContractRegister()
RELEASES = ReleaseRegister()
TRAIL = AuditTrail()
DIRECTORY = TenantDirectory()
ORGANISATIONS = OrganisationRegister()
FUNDING_CLAIMS = FundingClaimRegister()
FUNDING_OVERLAPS = FundingOverlapRegister()
LICENCES = LicenceRegister()
LICENCE_ENTRIES = LicenceEntryRegister()
SERVICE_NEEDS = ServiceNeedRegister()
SERVICE_CALLS = ServiceCallRegister()
SERVICE_BIDS = ServiceBidRegister()
SERVICE_EVALUATIONS = ServiceEvaluationRegister()
SERVICE_BID_SHEETS = ServiceBidSheet()
SERVICE_COMPLAINTS = ServiceComplaintRegister()
VOLUNTEER_PROVIDERS = VolunteerProviderRegister()
OPPORTUNITIES = OpportunityRegister()
VOLUNTEERS = VolunteerRegister()
VOLUNTEER_AGREEMENTS = VolunteerAgreementRegister()
VOLUNTEER_HOURS = VolunteerHoursRegister()
VOLUNTEER_TIME = VolunteerTimeRegister()
VOLUNTEER_PROGRAMMES = VolunteerProgrammeRegister()
VOLUNTEER_CERTIFICATES = VolunteerCertificateRegister()
ISSUER_KEYS = IssuerKeyRegister()
PUBLICATIONS = PublicationRegister()
STRATEGIES = StrategyRegister()
MEASURES = MeasureRegister()
COUNCIL_ELECTIONS = CouncilElectionRegister()
COUNCIL_BALLOTS = CouncilBallotRegister()
SUCCESSIONS = SuccessionRegister()
DUTIES = DutyRegister()
COUNCILS = CouncilRegister()
COUNCIL_MEETINGS = CouncilMeetingRegister()
COUNCIL_RESOLUTIONS = CouncilResolutionRegister()
COUNCIL_ACTIONS = CouncilActionRegister()
WORKING_GROUPS = WorkingGroupRegister()
WORKSHOPS = WorkshopRegister()
MEMORANDA = MemorandumRegister()
MONITORING_REPORTS = MonitoringReportRegister()
MEASURE_PROGRESS = MeasureProgress()
MEASURE_TRANSACTIONS = MeasureTransactions()
INDICATORS = IndicatorRegister()
MEMBERS = MemberRegister()
NOMINATION_CALLS = NominationCallRegister()
NOMINATIONS = NominationRegister()
WEBHOOK_ENDPOINTS = WebhookEndpointRegister()

READ_MODELS: tuple[ReadModel[Any], ...] = (
    CONSULTATIONS,
    CONTRIBUTIONS,
    DEADLINES,
    PLANS,
    FUNDING_PLANS,
    GRANT_CALLS,
    GRANT_APPLICATIONS,
    GRANT_COMMISSIONS,
    GRANT_SCORES,
    GRANT_COMPLAINTS,
    GRANT_AGREEMENTS,
    RECORDED_GRANTS,
    RECORDED_CONTRACTS,
    SERVICE_CONTRACTS,
    RELEASES,
    TRAIL,
    DIRECTORY,
    ORGANISATIONS,
    FUNDING_CLAIMS,
    FUNDING_OVERLAPS,
    LICENCES,
    LICENCE_ENTRIES,
    SERVICE_NEEDS,
    SERVICE_CALLS,
    SERVICE_BIDS,
    SERVICE_EVALUATIONS,
    SERVICE_BID_SHEETS,
    SERVICE_COMPLAINTS,
    VOLUNTEER_PROVIDERS,
    OPPORTUNITIES,
    VOLUNTEERS,
    VOLUNTEER_AGREEMENTS,
    VOLUNTEER_HOURS,
    VOLUNTEER_TIME,
    VOLUNTEER_PROGRAMMES,
    VOLUNTEER_CERTIFICATES,
    ISSUER_KEYS,
    PUBLICATIONS,
    STRATEGIES,
    MEASURES,
    COUNCIL_ELECTIONS,
    COUNCIL_BALLOTS,
    SUCCESSIONS,
    DUTIES,
    COUNCILS,
    COUNCIL_MEETINGS,
    COUNCIL_RESOLUTIONS,
    COUNCIL_ACTIONS,
    WORKING_GROUPS,
    WORKSHOPS,
    MEMORANDA,
    MONITORING_REPORTS,
    MEASURE_PROGRESS,
    MEASURE_TRANSACTIONS,
    INDICATORS,
    MEMBERS,
    NOMINATION_CALLS,
    NOMINATIONS,
    WEBHOOK_ENDPOINTS,
)
"""Every model with a table."""


COUNTED: tuple[Counted, ...] = (
    Counted("plans", (PLANS,), PlanFigures, plan_figures),
    Counted("grants", (RECORDED_GRANTS, GRANT_AGREEMENTS), GrantFigures, grant_figures),
    Counted("contracts", (SERVICE_CONTRACTS,), ContractFigures, contract_figures),
    Counted("volunteering", (VOLUNTEER_AGREEMENTS, VOLUNTEER_HOURS), VolunteeringFigures, volunteering_figures),
    Counted("measures", (MEASURES, MEASURE_PROGRESS), MeasureFigures, measure_figures),
)
"""What overviews show beside the consultations."""


def read_model(name: str) -> ReadModel[Any]:
    """The read model of that name. Raises: KeyError."""
    return {model.name: model for model in READ_MODELS}[name]
