"""Each event type with the reason why it is told to everybody, to programs with a grant, or to nobody.

A type that is added is added here, beside the manifest of its domain.
"""

from typing import NamedTuple


class Group(NamedTuple):
    """Types told alike for one reason; `types` has a line for each domain: its name and the events' names."""

    told: str
    because: str
    types: str

    def names(self) -> list[str]:
        """Stored names without their versions."""
        domains = (line.partition(": ") for line in self.types.replace("\n    ", " ").splitlines())
        return [f"{domain.strip()}.{name}" for domain, _, names in domains for name in names.split()]


GROUPS = (
    Group(
        "public",
        "what the law puts into registers that everybody may read",
        """
tenants: RegisterFounded InstitutionRegistered InstitutionRenamed InstitutionsMerged InstitutionSplit
    InstitutionDissolved LanguagesDeclared
succession: SuccessionBegun SuccessionPassed SuccessionTaken
organisations: OrganisationVerified OrganisationSuspended OrganisationReinstated OrganisationRemoved
    CertificateRecorded CertificateRevoked PublicBenefitGranted PublicBenefitEnded MembershipRecorded
    MembershipEnded
licences: LicenceGranted LicenceRenewed LicenceSuspended LicenceReinstated LicenceRevoked LicenceExpired
    LicenceEntered LicenceEntryChanged
grants: GrantRecorded RecordedGrantCorrected RecipientResolved RecordedGrantStruck
contracts: ContractRecorded AnnexRecorded PaymentRecorded RecordedContractCorrected SupplierResolved
    RecordedContractStruck
volunteering: ProviderVerified ProviderSuspended ProviderReinstated ProgrammeAdopted ProgrammeRetired
    IssuerKeyMade IssuerKeyRotated IssuerKeyRetired
""",
    ),
    Group(
        "public",
        "rules and days that bind everybody",
        """
rules: RulePackPublished RulePackSuperseded RuleOverridden OverrideLifted CalendarFounded CalendarYearPublished
    NonWorkingDayDeclared EstimatedHolidayMoved
""",
    ),
    Group(
        "public",
        "by which a reader judges the logs themselves",
        """
transparency: SigningKeyMade SigningKeyRotated SigningKeyRetired EpochBegun LogBrought
""",
    ),
    Group(
        "public",
        "public by the act itself: it opens, announces, publishes, ends or takes back what everybody takes part in",
        """
consultations: PlanConsulted PlanAdopted ConsultationOpened DocumentVersionPublished ConsultationExtended
    ConsultationRestarted MeetingScheduled MeetingCancelled MeetingHeld ConsultationClosed DeadlineMoved
    ReportPublished ActAdopted GazetteLinked ConsultationConcluded ConsultationWithdrawn ConsultationAnnulled
    ContributionPublished ContributionWithdrawn
grants: FundingPlanPublished FundingPlanReported CallPublished ClarificationIssued CallDeadlineMoved CallClosed
    EvaluationBegun ProvisionalRankingPublished FinalRankingPublished CallContracted CallReported CallCancelled
    CallVoided FundingReleased
contracts: NeedApproved CallPublished ClarificationIssued CallDeadlineMoved CallClosed EvaluationBegun
    QualifiedListPublished CallContracted CallUnsuccessful CallCancelled
volunteering: OpportunityPublished OpportunityFilled OpportunityVacant OpportunityClosed
platforms: NominationsAsked NominationsEnded
publications: DocumentPublished DocumentRevised DocumentWithdrawn
""",
    ),
    Group(
        "public",
        "who got public money, for what, by which decision",
        """
grants: OutcomeRecorded ReservePromoted ApplicationContracted AwardLapsed AgreementAmended AgreementCompleted
    ReportWaived
contracts: AwardConfirmed AwardLapsed ContractSigned ContractActivated ContractAmended ContractTerminated
    ContractCompleted ContractAccepted DeliveryWaived
""",
    ),
    Group(
        "public",
        "the Council works in public, and anybody can count its elections",
        """
council: CouncilConstituted MeetingCalled AgendaFixed MeetingCalledOff MotionTabled ResolutionAdopted
    MotionRejected MeetingAdjourned MeetingClosed MinutesAdopted ElectionOpened CandidateNominated
    NominationAccepted CandidacyWithdrawn VotingOpened ElectionLapsed ElectionCounted ElectionCancelled
    BallotCast ActionAssigned ActionEvidenceSubmitted ActionFellOverdue ActionClosed GroupFormed GroupDissolved
    WorkshopAnnounced AttendanceRecorded OutputsRecorded WorkshopCancelled MemorandumSigned ObligationAgreed
    ObligationFulfilled MemorandumReviewed MemorandumEnded
""",
    ),
    Group(
        "public",
        "measures and indicators of a public plan, and what was promised of them",
        """
action_measures: StrategyAdopted SpecificObjectiveAdded MeasureAssigned OutputRecorded StrategyEnded
    MeasurePlanned MeasureStarted MeasureAtRisk MeasureRiskCleared MeasureDelayed MilestoneCompleted
    MeasureCompleted MeasureRescheduled MeasureDropped ProgressContested ProgressAccepted ProgressOverdue
    MeasureScored CommitmentRecorded SpendingRecorded IndicatorDefined IndicatorWithdrawn ValueComputed
    ValueContested ValueAccepted PeriodReopened MonitoringReportExpected MonitoringReportFellDue
    MonitoringReportMissed MonitoringReportApproved MonitoringReportPublished
""",
    ),
    Group(
        "granted",
        "what is on its way to the public: a platform prepares its members for it",
        """
consultations: PlanItemAdded PlanItemMoved PlanItemDropped ConsultationPlanned InitialRoundOpened
    InitialRoundFinished AnalysisCompleted
grants: PlanLineAdded PlanLineChanged PlanLineDropped RanksReleased
contracts: NeedWithdrawn QualificationBegun AwardProposed AwardSetAside
volunteering: OpportunityRevised
""",
    ),
    Group(
        "granted",
        "what became of contributions, for whoever made them through a platform; their texts are not in it",
        """
consultations: ContributionReceipted ContributionWithheld PositionRecorded PositionRevised DisputeReplied
""",
    ),
    Group(
        "granted",
        "how agreements and contracts with organisations are carried out",
        """
grants: AgreementSigned AgreementSuspended AgreementResumed AgreementTerminated ReportScheduled InstalmentPaid
    InstalmentWithheld ReportAccepted ReportOverdue RecoveryOrdered RecoveryReceived
contracts: DeliveryScheduled PenaltyImposed DeliveryAccepted DeliveryPaid DeliveryOverdue LicenceNoted
licences: LicenceReliedOn
volunteering: ProviderActivated
""",
    ),
    Group(
        "granted",
        "acts in an office, which name by id who acted or sits there",
        """
council: SeatFilled SeatVacated CoChairAppointed CoordinatorAppointed MeetingOpened VotingInterestDeclared
    VoteCast GroupJoined GroupLeft GroupCoordinatorElected
action_measures: ProgressReported EvidenceAttached ProgressVerified ValueReported ValueEvidenceAttached
    ValueVerified
""",
    ),
    Group(
        "granted",
        "changes of registers that hold more than the public part of them",
        """
organisations: OrganisationAmended OrganisationMerged OrganisationAbsorbed
succession: DutyCarried DutyAssigned DutyTaken DutyHandedOver
tenants: SandboxClockStarted SandboxClockMoved SandboxPaceSet
""",
    ),
    Group(
        "own",
        "what a platform did here, or what became of it: nobody else's business",
        """
platforms: MemberListed MemberAmended MemberDelisted MemberRelisted DirectorySyncBegun DirectorySyncFinished
    PersonNominated NomineeAccepted NomineeDeclined NominationWithdrawn
""",
    ),
    Group(
        "",
        "about persons and programs: who they are, what they may do, what was kept or erased of them",
        """
tenants: MemberRegistered InstitutionQuotaSet MandateGranted MandateRevoked AuditorAppointed AppointmentRevoked AuditMandateGranted
    AuditMandateRevoked AuditAccessed FailedWorkRetried
organisations: OfficerRecorded OfficerEnded RepresentativeMandated RepresentativeRevoked
clients: ClientRegistered ClientAccessChanged SecretIssued SecretRetired ClientQuotaSet ClientRevoked
erasure: SubjectErased ErasureCompleted DataExported
council: MemberArrived MemberLeft MinutesSigned
volunteering: VolunteerRegistered VolunteerRevised ConsentGiven ConsentWithdrawn GuardianRecorded GuardianEnded
    CalendarRenewed VolunteerForgotten AgreementOffered AgreementAccepted AgreementDeclined OfferWithdrawn
    AgreementLapsed GuardianConsentGiven GuardianConsentRefused GuardianConsentWithdrawn AgreementSigned
    AgreementActivated AgreementCompleted AgreementEnded HoursLedgerOpened HoursLogged ShiftRefused HoursClaimed
    HoursRefused HoursConfirmed HoursRejected HoursCorrected HoursTotalled VolunteerTimeOpened TimeClaimed
    TimeRefused TimeReleased CertificateIssued CertificateHeld CertificateRevoked CertificateSuperseded
    PhoneRegistered PhoneRevoked PassIssued PassWithdrawn CheckInRecorded ShiftCheckedOut
""",
    ),
    Group(
        "",
        "drafts and work before a decision: what counts comes in the event that opens, adopts or publishes it",
        """
rules: RulePackDrafted RulePackRevised
consultations: PlanDrafted DraftAmended PlanItemCited UnplannedReasonGiven DocumentAttached DocumentRemoved
    LegalityChecked ContributionsGrouped ContributionsUngrouped GroupAnswered
grants: FundingPlanDrafted CallDrafted CallAmended FormSet CallChecked AgreementDrafted
contracts: NeedAssessed CallPlanned CallAmended CallChecked ContractDrafted AmendmentProposed AmendmentRejected
council: MinutesDrafted
volunteering: OpportunityDrafted
action_measures: RecomputationAsked MonitoringReportDrafted MonitoringReportFrozen MonitoringReportReopened
    DissentAdded
""",
    ),
    Group(
        "",
        "what somebody asks for or hands in, until it is published or granted",
        """
organisations: OrganisationClaimed ClaimRefused
licences: LicenceApplied LicenceInspected LicenceRefused
consultations: ContributionDrafted ContributionRevised ContributionSubmitted AnswerDisputed
grants: ApplicationDrafted ProjectDescribed SectionSaved EvidenceAttached EvidenceRemoved EditorInvited
    EditorRemoved ApplicationSignedOff ApplicationSubmitted CompletionRequested ApplicationCompleted
    ApplicationChecked CheckReopened ApplicationWithdrawn OverlapNoted CoFinancingDeclared InstalmentRequested
    InstalmentChecked ReportSubmitted ReportReturned
contracts: DeliveryReported DeliveryInspected DeliveryReturned OverlapNoted
volunteering: ProviderApplied ProviderRefused InsuranceRenewed
""",
    ),
    Group(
        "",
        "bids, scores, interests and complaints: sealed, or between those concerned",
        """
grants: CommissionFormed ExpertsDrawn ScoringOpened InterestDeclared MemberRecused ConflictSuspected
    ConflictDecided MemberReplaced PoolExtended ScoreCommitted ScoreRevealed ScoringClosed ApplicationReopened
    ComplaintFiled ComplaintAdmitted ComplaintDismissed ComplaintDecided
contracts: BidSealed BidResealed BidWithdrawn BidOpened BidDisregarded BidQualified BidDisqualified BidReopened
    EvaluatorsAppointed BidScoringOpened EvaluatorInterestDeclared EvaluatorRecused EvaluatorConflictSuspected
    EvaluatorConflictDecided EvaluatorReplaced AlternatesAppointed BidScoreCommitted BidScoreRevealed
    BidScoringClosed ServiceComplaintFiled ServiceComplaintAdmitted ServiceComplaintDismissed
    ServiceComplaintDecided
funding_claims: ClaimReserved ClaimReopened ClaimAmended ClaimTransferred ClaimConfirmed ClaimReleased
    ClaimClosed CoFinancingAdded OverlapFound OverlapDismissed DisclosureConsented DisclosureOrdered
    ConfirmationRecorded OverdueReportFlagged OverdueReportCleared ConsentGiven CoFinancingConfirmed
    ClaimsTransferred
""",
    ),
    Group(
        "own",
        "what becomes of a client's own endpoints",
        """
webhooks: EndpointRegistered EndpointAmended EndpointSecretRotated EndpointPinged DeliveriesRequested EndpointDisabled
    EndpointEnabled EndpointRemoved
""",
    ),
)
