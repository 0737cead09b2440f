using System.Text.Encodings.Web;
using System.Text.Json;
using VideoGen.Silo.Access;
using VideoGen.Silo.Api;
using VideoGen.Silo.Dashboard.Markup;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;

namespace VideoGen.Silo.Dashboard.OneTask;

/// <summary>The stored state of a task, to be read.</summary>
internal static class JsonMarkup
{
    private static readonly JsonWriterOptions Options = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Html Of(TaskId task, TaskSnapshot snapshot, Caller caller) =>
        $"""
        <nav class="trail" aria-label="Where you are"><a href="/">All tasks</a> / <a href="/tasks/{task}">{task}</a></nav>
        <header class="subject"><h1 class="id">{task}</h1>
        <p class="about"><span>version {snapshot.Version}</span><span>ETag <code>{snapshot.ETag}</code></span><span>{snapshot.Writes} writes</span><a
        href="/api/tasks/{task}">as it is served</a></p></header>
        <pre class="json panel" tabindex="0">{Pretty(SnapshotHeaders.Of(snapshot).JsonFor(caller, snapshot))}</pre>
        """;

    private static string Pretty(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json);
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, Options))
        {
            document.WriteTo(writer);
        }

        return System.Text.Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }
}
