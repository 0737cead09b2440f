namespace VideoGen.Stages.Media;

/// <summary>The last lines that a program wrote, within bounds: what it said before it failed.</summary>
internal sealed class OutputTail
{
    private const int MaxLines = 12;
    private const int MaxLineLength = 300;

    private readonly Queue<string> _lines = new();

    public void Add(string line)
    {
        if (string.IsNullOrWhiteSpace(line))
        {
            return;
        }

        var printable = string.Concat(line.Take(MaxLineLength).Select(c => char.IsControl(c) ? ' ' : c)).Trim();
        if (_lines.Count == MaxLines)
        {
            _lines.Dequeue();
        }

        _lines.Enqueue(printable);
    }

    public bool Contains(string text) => _lines.Any(line => line.Contains(text, StringComparison.OrdinalIgnoreCase));

    public override string ToString() => string.Join(" | ", _lines);
}
