using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics;

namespace VideoGen.Cli.Rehearsal.Records;

/// <summary>Takes down what is seen, from many threads. It lives in the process that strikes, which nobody strikes.</summary>
internal sealed class Recorder
{
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly ConcurrentQueue<SentUpdate> _updates = [];
    private readonly ConcurrentQueue<SeenState> _reads = [];
    private readonly ConcurrentQueue<WorkerWord> _words = [];
    private readonly ConcurrentQueue<SeenProgress> _progress = [];
    private readonly ConcurrentQueue<ShuffledReports> _shuffled = [];
    private readonly ConcurrentQueue<ForgedCommand> _forged = [];
    private readonly ConcurrentQueue<SeenEnd> _ends = [];
    private readonly ConcurrentQueue<LateCommand> _late = [];
    private readonly ConcurrentQueue<ExcessiveCommand> _excessive = [];
    private readonly ConcurrentQueue<string> _submitted = [];
    private readonly ConcurrentQueue<Blow> _blows = [];
    private readonly ConcurrentQueue<TimeSpan> _toldDead = [];
    private long _completions;

    public TimeSpan Now => _clock.Elapsed;

    /// <summary>Stages of which a worker was told that they are completed.</summary>
    public long Completions => Interlocked.Read(ref _completions);

    /// <summary>Stages that a worker was given.</summary>
    public int Attempts => _words.Count(word => !word.IsCompletion);

    public int Kills => _blows.Sum(blow => blow.Kills);

    public int Submitted => _submitted.Count;

    public int Ended => _ends.Count;

    public Blow? LastBlow => _blows.LastOrDefault();

    /// <summary>Every task of which something was seen.</summary>
    public IEnumerable<string> Tasks => _updates.Select(update => update.Task)
        .Concat(_submitted)
        .Concat(_shuffled.Select(reports => reports.Task))
        .Distinct();

    public void Add(SentUpdate update) => _updates.Enqueue(update);

    public void Add(SeenState read) => _reads.Enqueue(read);

    public void Add(WorkerWord word)
    {
        _words.Enqueue(word);
        if (word.IsCompletion)
        {
            Interlocked.Increment(ref _completions);
        }
    }

    public void Add(SeenProgress progress) => _progress.Enqueue(progress);

    public void Add(ShuffledReports reports) => _shuffled.Enqueue(reports);

    public void Add(ForgedCommand forged) => _forged.Enqueue(forged);

    public void Add(SeenEnd end) => _ends.Enqueue(end);

    public void Add(LateCommand late) => _late.Enqueue(late);

    public void Add(ExcessiveCommand excessive) => _excessive.Enqueue(excessive);

    public void Add(Blow blow) => _blows.Enqueue(blow);

    /// <summary>A silo noticed that it was taken for dead.</summary>
    public void AddToldDead() => _toldDead.Enqueue(Now);

    public void AddSubmitted(string task) => _submitted.Enqueue(task);

    public RehearsalHistory ToHistory(ImmutableArray<FinalTask> finals) => new()
    {
        Updates = [.. _updates],
        Reads = [.. _reads],
        Words = [.. _words],
        Progress = [.. _progress],
        Shuffled = [.. _shuffled],
        Forged = [.. _forged],
        Ends = [.. _ends],
        Late = [.. _late],
        Excessive = [.. _excessive],
        Submitted = [.. _submitted],
        Blows = [.. _blows],
        ToldDead = [.. _toldDead],
        Finals = finals,
    };
}
