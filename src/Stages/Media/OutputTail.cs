namespace VideoGen.Stages.Media;

/// <summary>
/// The last lines that a program wrote, within bounds: what it said before it failed. It may be read while lines still come, from a program that outlives
/// its run because nothing can end it.
/// </summary>
internal sealed class OutputTail
{
    private const int MaxLines = 12;
    private const int MaxLineLength = 300;

    private readonly Lock _lock = new();
    private readonly Queue<string> _lines = new();

    public void Add(string line)
    {
        if (string.IsNullOrWhiteSpace(line))
        {
            return;
        }

        var printable = string.Concat(line.Take(MaxLineLength).Select(c => char.IsControl(c) ? ' ' : c)).Trim();
        lock (_lock)
        {
            if (_lines.Count == MaxLines)
            {
                _lines.Dequeue();
            }

            _lines.Enqueue(printable);
        }
    }

    public bool Contains(string text)
    {
        lock (_lock)
        {
            return _lines.Any(line => line.Contains(text, StringComparison.OrdinalIgnoreCase));
        }
    }

    public override string ToString()
    {
        lock (_lock)
        {
            return string.Join(" | ", _lines);
        }
    }
}
