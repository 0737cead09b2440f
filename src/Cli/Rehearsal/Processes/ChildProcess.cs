using System.Collections.Concurrent;
using System.Diagnostics;

namespace VideoGen.Cli.Rehearsal.Processes;

/// <summary>A real process with its output kept. Disposing it kills it and waits for its end.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    /// <summary>How long anything here may take. Generous: it only ends what would never end.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _lines = [];
    private readonly SemaphoreSlim _news = new(0);
    private readonly Action<string>? _heard;
    private bool _disposed;

    /// <param name="program">By its path, or its name.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="environment">What else stands in its environment.</param>
    /// <param name="workingDirectory">Where it runs; here when it is not given.</param>
    /// <param name="heard">Called with each line that it says.</param>
    public ChildProcess(
        string program,
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string>? environment = null,
        string? workingDirectory = null,
        Action<string>? heard = null)
    {
        _heard = heard;
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = workingDirectory ?? "",
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        _process.StandardInput.Close();
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    public string Output => string.Join('\n', _lines);

    /// <summary>The first line, from the start of the process on, that holds the text.</summary>
    public async Task<string> WaitForLineAsync(string text)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            if (_lines.FirstOrDefault(line => line.Contains(text, StringComparison.Ordinal)) is { } found)
            {
                return found;
            }

            if (_process.HasExited && _news.CurrentCount == 0)
            {
                // Its last lines may still be on their way here.
                await WaitForExitAsync();
                if (_lines.FirstOrDefault(line => line.Contains(text, StringComparison.Ordinal)) is { } last)
                {
                    return last;
                }

                throw Surprise($"The process ended with {_process.ExitCode} before it said '{text}'");
            }

            try
            {
                await _news.WaitAsync(TimeSpan.FromSeconds(1), patience.Token);
            }
            catch (OperationCanceledException)
            {
                throw Surprise($"The process did not say '{text}'");
            }
        }
    }

    public int CountOf(string text) => _lines.Count(line => line.Contains(text, StringComparison.Ordinal));

    /// <summary>Waits until so many lines, from the start of the process on, hold the text.</summary>
    public async Task WaitForCountAsync(string text, int count)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (CountOf(text) < count)
        {
            if (_process.HasExited)
            {
                // As above.
                await WaitForExitAsync();
                if (CountOf(text) >= count)
                {
                    return;
                }
            }

            if (_process.HasExited || patience.IsCancellationRequested)
            {
                throw Surprise($"The process {(_process.HasExited ? "ended before it said" : "did not say")} '{text}' {count} times");
            }

            await Task.Delay(20, CancellationToken.None);
        }
    }

    /// <param name="atMost">How long it may take, where that may be longer than <see cref="Patience"/>.</param>
    public async Task<int> WaitForExitAsync(TimeSpan? atMost = null)
    {
        using var patience = new CancellationTokenSource(atMost ?? Patience);
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            throw Surprise("The process did not end");
        }

        return _process.ExitCode;
    }

    /// <summary>kill -9: nothing of the process gets to run any more. Its children go with it, as they would when a machine dies.</summary>
    public async Task KillAsync()
    {
        Kill();
        await _process.WaitForExitAsync();
    }

    /// <inheritdoc cref="KillAsync"/>
    public void Kill()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }
    }

    /// <summary>Sends a signal by its name: <c>INT</c>, <c>TERM</c>, <c>STOP</c>, <c>CONT</c>.</summary>
    public async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{Id}"]);
        await kill.WaitForExitAsync();
    }

    /// <summary>Safe to repeat.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!Interlocked.Exchange(ref _disposed, true))
        {
            await KillAsync();
            _process.Dispose();
            _news.Dispose();
        }
    }

    private void Keep(string? line)
    {
        if (line is not null)
        {
            _lines.Enqueue(line);
            _news.Release();
            _heard?.Invoke(line);
        }
    }

    private InvalidOperationException Surprise(string what) => new($"{what}:\n{Output}");
}
