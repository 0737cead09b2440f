namespace VideoGen.Stages.Piper;

/// <summary>
/// The models that are in memory, one session for each, whatever the number of scenes: a scene after the other speaks with it, and one sentence at a time is
/// made in this process, so that memory and processors stay bounded.
/// </summary>
internal sealed class PiperSessions : IDisposable
{
    /// <summary>A model takes about twice its size. The one that was not used for longest makes room.</summary>
    private const int MaxLoaded = 2;

    private const int MaxThreads = 2;

    private readonly SemaphoreSlim _turn = new(1);
    private readonly LinkedList<(string Hash, PiperSession Session)> _loaded = [];
    private bool _isDisposed;

    /// <summary>How many models were read into memory so far.</summary>
    public int LoadCount { get; private set; }

    public void Dispose()
    {
        // A sentence that is being made is waited for: its memory must not go from under it.
        _turn.Wait();
        _isDisposed = true;
        foreach (var (_, session) in _loaded)
        {
            session.Dispose();
        }

        _loaded.Clear();
        _turn.Release();
    }

    /// <summary>The samples of a sentence.</summary>
    public async Task<float[]> SpeakAsync(PiperModel model, string hash, PiperRequest request, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            var session = await OpenAsync(model, hash, cancellationToken).ConfigureAwait(false);

            // A sentence takes a second of work: on a thread of its own, so that no thread of the pool is missing meanwhile.
            return await OnOwnThreadAsync(() => session.Speak(request, cancellationToken)).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task<PiperSession> OpenAsync(PiperModel model, string hash, CancellationToken cancellationToken)
    {
        for (var node = _loaded.First; node is not null; node = node.Next)
        {
            if (node.Value.Hash == hash)
            {
                _loaded.Remove(node);
                _loaded.AddFirst(node);
                return node.Value.Session;
            }
        }

        while (_loaded.Count >= MaxLoaded)
        {
            _loaded.Last!.Value.Session.Dispose();
            _loaded.RemoveLast();
        }

        var bytes = await PiperModels.LoadAsync(model, hash, cancellationToken).ConfigureAwait(false);
        var threads = Math.Clamp(Environment.ProcessorCount / 2, 1, MaxThreads);
        var session = await OnOwnThreadAsync(() => PiperSession.Open(model, bytes, threads)).ConfigureAwait(false);
        LoadCount++;
        _loaded.AddFirst((hash, session));
        return session;
    }

    private static Task<T> OnOwnThreadAsync<T>(Func<T> work) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default);
}
