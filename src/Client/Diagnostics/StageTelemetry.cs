using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Security.Cryptography;
using System.Text;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.State;

namespace VideoGen.Client.Diagnostics;

/// <summary>
/// What processes that create tasks and do their stages tell OpenTelemetry: a span for each creation and each attempt, and how long stages take. All spans of
/// a task are of one trace, whichever process they are made in. Metrics carry no ids.
/// </summary>
public static class StageTelemetry
{
    /// <summary>The name of the meter and of the source of spans.</summary>
    public const string SourceName = "VideoGen.Client";

    private static readonly ActivitySource Source = new(SourceName);
    private static readonly Meter Meter = new(SourceName);

    private static readonly Histogram<double> Duration = Meter.CreateHistogram<double>(
        "videogen.stage.duration",
        "s",
        "From the request for the lease to the end of the attempt.",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 1800, 7200] });

    /// <summary>The span of a creation, and the command that takes it along to the stages.</summary>
    internal static (Activity? Span, CreateTask Create) Begin(CreateTask create)
    {
        var span = Source.StartActivity("create task", ActivityKind.Producer);
        span?.SetTag("videogen.task", create.TaskId.Value);

        // A span that nobody records would keep those of the stages from being recorded.
        return create.TraceParent is null && Activity.Current is { IdFormat: ActivityIdFormat.W3C, Recorded: true } current
            ? (span, create with { TraceParent = current.Id })
            : (span, create);
    }

    /// <summary>The span of one attempt; null when nobody listens.</summary>
    internal static Activity? Begin(TaskId task, StageName stage, StageBrief? brief, long token, string worker)
    {
        if (!Source.HasListeners())
        {
            return null;
        }

        var parent = ActivityContext.TryParse(brief?.TraceParent, null, isRemote: true, out var context) ? context : ContextOf(task);
        var span = Source.StartActivity($"stage {stage.Kind}", ActivityKind.Consumer, parent);
        if (span is not null)
        {
            span.SetTag("videogen.task", task.Value);
            span.SetTag("videogen.stage", stage.Value);
            span.SetTag("videogen.token", token);
            span.SetTag("videogen.worker", worker);
            if (brief is not null)
            {
                span.SetTag("videogen.attempt", brief.Attempt);
            }
        }

        return span;
    }

    /// <param name="span">Of the attempt.</param>
    /// <param name="kind">Of the stage.</param>
    /// <param name="end">How it ended, in a word.</param>
    /// <param name="isFault">Whether somebody should look.</param>
    /// <param name="duration">Since the lease was asked for.</param>
    internal static void End(Activity? span, string kind, string end, bool isFault, TimeSpan duration)
    {
        Duration.Record(duration.TotalSeconds, new("kind", kind), new("end", end));
        if (span is not null)
        {
            span.SetTag("videogen.end", end);
            span.SetStatus(isFault ? ActivityStatusCode.Error : ActivityStatusCode.Ok);
        }
    }

    /// <summary>Nobody traced its creation: its stages are of one trace all the same, which follows from its id.</summary>
    private static ActivityContext ContextOf(TaskId task)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(task.Value), hash);
        return new ActivityContext(
            ActivityTraceId.CreateFromBytes(hash[..16]), ActivitySpanId.CreateFromBytes(hash[16..24]), ActivityTraceFlags.Recorded, isRemote: true);
    }
}
