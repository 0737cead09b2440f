using VideoGen.Silo.Api;
using VideoGen.Silo.Dashboard.Markup;

namespace VideoGen.Silo.Dashboard.Live;

/// <summary>A page that nobody tells of its changes: it asks now and then. What it cannot read it says above what it read last.</summary>
/// <param name="title">Of the page.</param>
/// <param name="every">How often it asks.</param>
/// <param name="time">By which it waits.</param>
/// <param name="draw">Draws what it read.</param>
/// <param name="aside">Beside the title, whatever can be read.</param>
internal sealed class PolledSource(string title, TimeSpan every, TimeProvider time, Func<CancellationToken, Task<Html>> draw, Html aside = default)
    : ILiveSource
{
    private Html _last;

    public async Task<Drawing> DrawAsync(CancellationToken cancellationToken)
    {
        var (problem, status) = ("", StatusCodes.Status200OK);
        try
        {
            _last = await draw(cancellationToken);
        }
        catch (NotSupportedException exception)
        {
            (problem, status) = (exception.Message, StatusCodes.Status501NotImplemented);
        }
        catch (Exception exception) when (UnavailableStorage.StatusOf(exception) is { } known && !cancellationToken.IsCancellationRequested)
        {
            (problem, status) = ($"This cannot be read now; what you see may be old. {exception.Message}", known);
        }

        return new Drawing(
            $"{title} · VideoGen",
            $"""
            <header class="head"><h1>{title}</h1>{aside}</header>
            {Html.Live("trouble", $"""<div id="trouble">{Html.If(problem.Length > 0, $"""<p class="problem" role="alert">{problem}</p>""")}</div>""")}
            {_last}
            """)
        {
            Status = status,
        };
    }

    public Task WaitAsync(CancellationToken cancellationToken) => Task.Delay(every, time, cancellationToken);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
