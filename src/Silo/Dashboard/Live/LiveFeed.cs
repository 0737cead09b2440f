namespace VideoGen.Silo.Dashboard.Live;

/// <summary>One view that is open in browsers: drawn again when it is worth it, and handed to each of them as what changed since it last heard.</summary>
internal sealed class LiveFeed : IDisposable
{
    /// <summary>States that a browser may come back with and still be told no more than what changed.</summary>
    private const int MaxRemembered = 64;

    private readonly CancellationTokenSource _end = new();
    private readonly Lock _gate = new();
    private readonly Dictionary<string, long> _changedAt = [];
    private readonly Dictionary<string, ReadOnlyMemory<byte>> _patches = [];
    private readonly Queue<(string Mark, long Number)> _remembered = new();
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private LiveTree? _tree;
    private Drawing? _drawing;
    private string? _mark;
    private long _number;

    /// <summary>How many browsers show it; under the gate of the hub.</summary>
    public int Watchers { get; set; }

    public CancellationToken Ended => _end.Token;

    public void Dispose()
    {
        _end.Cancel();
        _end.Dispose();
    }

    public void Publish(Drawing drawing)
    {
        var markup = drawing.Body.ToString();
        lock (_gate)
        {
            if (_tree is not null && _tree.Markup == markup && _drawing!.Title == drawing.Title)
            {
                return;
            }

            var tree = LiveTree.Of(markup);
            _number++;
            foreach (var id in _tree is null ? [LiveTree.RootId] : LiveTree.Difference(_tree, tree))
            {
                _changedAt[id] = _number;
            }

            (_tree, _drawing, _mark) = (tree, drawing, Patch.MarkOf(markup));
            _patches.Clear();
            _remembered.Enqueue((_mark, _number));
            while (_remembered.Count > MaxRemembered)
            {
                Forget(_remembered.Dequeue().Number);
            }

            var changed = _changed;
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            changed.SetResult();
        }
    }

    /// <summary>
    /// The mark of the present state and what leads to it from the given one; no patch when that is the present one. A null mark is of no state.
    /// </summary>
    public (string? Mark, ReadOnlyMemory<byte>? Patch, Task Changed) Since(string? mark)
    {
        lock (_gate)
        {
            if (_tree is null || mark == _mark)
            {
                return (mark, null, _changed.Task);
            }

            var key = mark ?? "";
            if (!_patches.TryGetValue(key, out var patch))
            {
                var known = _remembered.Where(state => state.Mark == mark).Select(state => (long?)state.Number).LastOrDefault();
                HashSet<string> ids = known is null
                    ? [LiveTree.RootId]
                    : [.. _changedAt.Where(change => change.Value > known).Select(change => change.Key)];
                patch = Patch.Write(_mark!, _drawing!, _tree.Find(ids));

                // A mark that nobody was given is the caller's own word, and not worth room.
                if (known is not null || mark is null)
                {
                    _patches[key] = patch;
                }
            }

            return (_mark, patch, _changed.Task);
        }
    }

    /// <summary>Changes before what is remembered are of use to nobody.</summary>
    private void Forget(long number)
    {
        foreach (var (id, at) in _changedAt)
        {
            if (at <= number)
            {
                _changedAt.Remove(id);
            }
        }
    }
}
