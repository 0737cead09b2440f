using System.Collections.Immutable;
using Microsoft.Extensions.Hosting;
using VideoGen.Grains.Diagnostics;
using VideoGen.Tasks.Notices;

namespace VideoGen.Grains.Notices;

/// <summary>
/// Who is subscribed, as this silo knows it, and what became of notices that left it. No task comes up before it was read once, so no change is stored without
/// the question whom to tell. For any thread.
/// </summary>
internal sealed class NoticeBook(IGrainFactory grains)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, WebhookNote> _notes = new(StringComparer.Ordinal);
    private volatile Webhooks? _known;
    private Task? _first;

    /// <summary>What was read last.</summary>
    public Webhooks Known => _known ?? Webhooks.None;

    /// <summary>Completes when the subscriptions were read.</summary>
    public Task ReadyAsync()
    {
        if (_known is not null)
        {
            return Task.CompletedTask;
        }

        lock (_gate)
        {
            return _first is { IsFaulted: false, IsCanceled: false } first ? first : _first = RefreshAsync();
        }
    }

    public async Task RefreshAsync() => _known = await Grain.ReadAsync();

    /// <summary>Notes what became of a notice; whoever keeps the book hands it on.</summary>
    public void Note(WebhookNote note)
    {
        lock (_gate)
        {
            _notes[note.Id] = !_notes.TryGetValue(note.Id, out var former) ? note : former with
            {
                ToldAt = note.ToldAt ?? former.ToldAt,
                FailedAt = note.FailedAt ?? former.FailedAt,
                Failure = note.Failure ?? former.Failure,
            };
        }
    }

    /// <summary>Hands on what was noted. What could not be handed on is lost: it is for people who look, and the next notice brings it again.</summary>
    public async Task HandOnAsync()
    {
        ImmutableArray<WebhookNote> notes;
        lock (_gate)
        {
            notes = [.. _notes.Values];
            _notes.Clear();
        }

        if (!notes.IsEmpty)
        {
            await Grain.NoteAsync(notes);
        }
    }

    /// <summary>The subscriber says that it is gone: nothing more is sent to it, here from now on and elsewhere as soon as it is known there.</summary>
    public async Task DisableAsync(WebhookNote note)
    {
        await Grain.NoteAsync([note with { IsGone = true }]);
        await RefreshAsync();
    }

    private IWebhooksGrain Grain => grains.GetGrain<IWebhooksGrain>(0);
}

/// <summary>Keeps the book: reads each second who is subscribed, and hands on each half minute what became of notices.</summary>
internal sealed class NoticeBookKeeper(NoticeBook book, TimeProvider time, VideoGenDiagnostics diagnostics, IHostApplicationLifetime lifetime)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan NoteInterval = TimeSpan.FromSeconds(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var onStarted = lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(stoppingToken);

        // The grain that holds the subscriptions may go with this silo, before the silo's services do.
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, lifetime.ApplicationStopping);
        await ReadAgainAndAgainAsync(stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task ReadAgainAndAgainAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(Interval, time);
        var noted = time.GetTimestamp();
        do
        {
            try
            {
                await book.RefreshAsync().WaitAsync(stop);
                if (time.GetElapsedTime(noted) >= NoteInterval)
                {
                    noted = time.GetTimestamp();
                    await book.HandOnAsync().WaitAsync(stop);
                }
            }
#pragma warning disable CA1031 // The next round repeats it; what was read last holds until then.
            catch (Exception exception) when (!stop.IsCancellationRequested)
#pragma warning restore CA1031
            {
                diagnostics.WebhooksUnread(exception);
            }
        }
        while (await timer.WaitForNextTickAsync(stop));
    }
}
