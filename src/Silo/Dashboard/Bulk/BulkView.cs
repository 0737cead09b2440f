using VideoGen.Silo.Dashboard.Live;
using VideoGen.Silo.Dashboard.Markup;

namespace VideoGen.Silo.Dashboard.Bulk;

/// <summary>The page of an act on many tasks.</summary>
internal sealed record BulkView(string Id) : LiveView
{
    public override ILiveSource Open(IServiceProvider services) =>
        new Source(services.GetRequiredService<BulkActs>().Find(Id), services.GetRequiredService<TimeProvider>());

    private sealed class Source(BulkAct? act, TimeProvider time) : ILiveSource
    {
        private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

        public Task<Drawing> DrawAsync(CancellationToken cancellationToken)
        {
            if (act is null)
            {
                return Task.FromResult(new Drawing(
                    "No such act · VideoGen",
                    $"""
                        <section class="empty"><h1>This silo knows of no such act</h1><p>It was done by another silo, or before this one started. <a
                        href="/">All tasks</a></p></section>
                        """)
                {
                    Status = StatusCodes.Status404NotFound,
                });
            }

            var progress = act.Look();
            var told = progress.IsOver ? $"{act.Title}: over. {Sum(progress)}" : $"{act.Title}: {progress.Asked} of {progress.Count}";
            return Task.FromResult(new Drawing($"{progress.Asked} of {progress.Count} · VideoGen", Body(act, progress)) { Told = told });
        }

        public Task WaitAsync(CancellationToken cancellationToken) => Task.Delay(Pause, time, cancellationToken);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        private static string Sum(BulkProgress progress) => $"{progress.Done} done, {progress.Unchanged} needed nothing, {progress.Failed} refused";

        private static Html Body(BulkAct act, BulkProgress progress) =>
            $"""
            <nav class="trail" aria-label="Where you are"><a href="/">← All tasks</a></nav>
            <header class="subject"><h1>{act.Title} {act.Count} tasks</h1>
            <p class="about"><span>by {act.By}</span>{Html.If(act.Reason is not null, $"<span>{act.Reason}</span>")}</p>
            {Html.Live("bulk", $"""
                <div id="bulk" class="how-far"><progress class="bar large {(progress.IsOver ? "completed" : "running")}" max="{progress.Count}"
                value="{progress.Asked}" aria-label="Tasks asked">{progress.Asked}</progress><span class="percent">
                {progress.Asked} of {progress.Count}</span></div>
                """)}
            {Html.Live("bulk-sum", $"""<p id="bulk-sum" class="about">{Sum(progress)}{(progress.IsOver ? ". It is over." : "")}</p>""")}
            </header>
            {Html.Live("refused", $"""
                <ul id="refused" class="plain">{progress.Refused.Select(one => (Html)$"""
                    <li><a class="id" href="/tasks/{one.Task}">{one.Task}</a> <span class="says error">{one.Why}</span></li>
                    """)}</ul>
                """)}
            """;
    }
}
