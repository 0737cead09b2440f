namespace VideoGen.Tasks;

/// <summary>The bound of everything that a caller controls (T10).</summary>
public static class Limits
{
    /// <summary>Stages of a task, members of groups included.</summary>
    public const int MaxStages = 2_000;

    /// <summary>Entries of the error list and of the warning list of a task; the last entry then says that more followed.</summary>
    public const int MaxMessages = 200;

    /// <summary>Characters of an error, a warning or a progress message; what is longer is cut, and ends in an ellipsis.</summary>
    public const int MaxMessageLength = 4_000;

    /// <summary>Artifacts of one stage.</summary>
    public const int MaxArtifacts = 64;

    /// <summary>Characters of an artifact's name or address.</summary>
    public const int MaxArtifactText = 1_024;

    /// <summary>Characters of a task's input, as JSON.</summary>
    public const int MaxInputLength = 262_144;

    /// <summary>Characters of the parameters of a stage, as JSON.</summary>
    public const int MaxParametersLength = 16_384;

    /// <summary>Objects and arrays within each other in the parameters of a stage: they lie deep in the task's document.</summary>
    public const int MaxParametersDepth = 32;

    /// <summary>Characters of a task's result or of one metadata value, as JSON.</summary>
    public const int MaxJsonLength = 65_536;

    /// <summary>
    /// Objects and arrays within each other in the input or the result of a task. The document that holds them adds two levels, and a reader of JSON goes
    /// down 64.
    /// </summary>
    public const int MaxJsonDepth = 62;

    /// <summary>Entries of a metadata dictionary.</summary>
    public const int MaxMetadata = 64;

    /// <summary>Labels of a task; keys and values have at most 64 and 256 characters.</summary>
    public const int MaxLabels = 32;

    public const int MaxLabelKeyLength = 64;

    public const int MaxLabelValueLength = 256;

    /// <summary>Units that one attempt may report on.</summary>
    public const int MaxUnits = 1_000;

    /// <summary>Bytes of a whole stored document.</summary>
    public const int MaxDocumentBytes = 4 * 1024 * 1024;

    /// <summary>Bytes of one command as JSON.</summary>
    public const int MaxCommandBytes = MaxDocumentBytes;

    /// <summary>Commands that may wait for one task; the next is refused as busy.</summary>
    public const int MaxWaitingCommands = 16_384;

    /// <summary>Bytes of the commands that may wait for one task.</summary>
    public const int MaxWaitingBytes = 32 * 1024 * 1024;

    /// <summary>Commands that one write may carry.</summary>
    public const int MaxBatch = 128;

    /// <summary>Bytes of the commands that one write may carry; a single command may be larger.</summary>
    public const int MaxBatchBytes = 1024 * 1024;

    /// <summary>Stages and units with buffered progress; a report of another one is refused as busy until the next write.</summary>
    public const int MaxBufferedReports = 4_096;

    /// <summary>Answers without effect that an activation remembers for a late repeat of the same operation.</summary>
    public const int RememberedAnswers = 256;

    /// <summary>Operation ids that a task remembers.</summary>
    public const int LedgerCapacity = 256;

    /// <summary>How far ahead of the task's clock an operation id may be: a forgotten operation raises the floor for all callers.</summary>
    public static readonly TimeSpan MaxClockLead = TimeSpan.FromDays(1);

    /// <summary>Characters of a worker's name.</summary>
    public const int MaxWorkerName = 256;

    /// <summary>Characters of the code of an error.</summary>
    public const int MaxErrorCode = 64;

    /// <summary>Characters of a metadata key.</summary>
    public const int MaxMetadataKey = 256;

    /// <summary>Characters of the key of a fair share.</summary>
    public const int MaxFairKeyLength = 64;

    /// <summary>The weight of a fair share is from this to <see cref="MaxFairWeight"/>.</summary>
    public const double MinFairWeight = 0.01;

    public const double MaxFairWeight = 1_000;

    /// <summary>A task's priority is from minus this to this.</summary>
    public const int MaxPriority = 1_000;

    /// <summary>The longest timeout of a stage or a pipeline, and the longest time for which a finished task is kept.</summary>
    public static readonly TimeSpan MaxDuration = TimeSpan.FromDays(3_650);

    /// <summary>The shortest and the longest lease that a worker may ask for.</summary>
    public static readonly TimeSpan MinLease = TimeSpan.FromSeconds(1);

    public static readonly TimeSpan MaxLease = TimeSpan.FromHours(1);

    /// <summary>The longest time after which an attempt may ask to come again.</summary>
    public static readonly TimeSpan MaxRetryAfter = TimeSpan.FromDays(1);

    /// <summary>The length of a lease of which it is not known: that of a worker without options.</summary>
    public static readonly TimeSpan DefaultLease = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Activations that may take a task over, one after the other, and each give a lease its whole length again without a word of its holder. From then on the
    /// wall clock may end it as well, so that activations that keep dying do not extend it for ever (T9).
    /// </summary>
    public const int MaxTakeovers = 3;

    /// <summary>
    /// After so many lost attempts a stage is done alone: of stages that were lost together one may be the cause, and the others must not fail for it.
    /// </summary>
    public const int LostAttemptsBeforeAlone = 2;

    /// <summary>Attempts of a stage whose worker was lost, before the stage fails.</summary>
    public const int MaxLostAttempts = 5;
}
