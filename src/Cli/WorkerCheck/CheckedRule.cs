namespace VideoGen.Cli.WorkerCheck;

/// <summary>A rule that every worker keeps, whatever language it is written in.</summary>
/// <param name="Name">A short stable name.</param>
/// <param name="Text">What it asks for.</param>
internal sealed record CheckedRule(string Name, string Text)
{
    public static readonly CheckedRule Key = new("key", "Every request carries the key, in Authorization: Bearer.");

    public static readonly CheckedRule Incarnation = new("incarnation", "A worker names itself with a UUID that is new for each start, and keeps it.");

    public static readonly CheckedRule Lease = new("lease", "Whatever is said of a stage carries its own lease, and no other, in VideoGen-Lease.");

    public static readonly CheckedRule Heartbeat = new("heartbeat", "A stage at work is reported on before its lease is over.");

    public static readonly CheckedRule Artifact = new("artifact", "A completion names what was uploaded, as the uploads were answered.");

    public static readonly CheckedRule Complete = new("complete", "A stage that was taken is brought to its end.");

    public static readonly CheckedRule Cancel = new("cancel", "After the directive 'cancel' nothing more is said of the stage.");

    public static readonly CheckedRule Pause = new("pause", "After the directive 'pause' the stage is released, and not completed.");

    public static readonly CheckedRule Lost = new("lost", "After a 410 nothing more is said under that lease.");

    public static readonly CheckedRule Again = new("again", "An end that got no answer is sent again as it was, and not turned into another one.");

    public static readonly CheckedRule Question = new("question", "A question for work that got no answer is asked again under the same Idempotency-Key.");

    public static readonly CheckedRule Busy = new("busy", "After a 503 the worker waits for as long as Retry-After says, and comes again.");

    public static readonly CheckedRule Survive = new("survive", "An answer that is cut off, or a 500, does not end the worker or its stage.");

    public static readonly CheckedRule Drain = new("drain", "A worker that is to drain finishes what it holds, takes nothing more, and ends.");

    public static IReadOnlyList<CheckedRule> All { get; } =
        [Key, Incarnation, Lease, Heartbeat, Artifact, Complete, Cancel, Pause, Lost, Again, Question, Busy, Survive, Drain];
}

/// <summary>A rule that a worker broke.</summary>
/// <param name="Rule">Which one.</param>
/// <param name="What">What it did.</param>
internal sealed record BrokenRule(CheckedRule Rule, string What);
