using System.Text.Json;
using Spectre.Console;
using VideoGen.Tasks.Notices;
using VideoGen.Tasks.State;

namespace VideoGen.Cli.Views;

/// <summary>The webhooks of a cluster, one line each, and a second one for what went wrong last. Their secrets are not shown.</summary>
internal static class WebhookListView
{
    public static void Show(IAnsiConsole console, Webhooks webhooks)
    {
        if (webhooks.All.IsEmpty)
        {
            Terminal.WriteLine(console, "There are no webhooks.");
            return;
        }

        var width = webhooks.All.Max(webhook => webhook.Name.Length);
        foreach (var webhook in webhooks.All.OrderBy(webhook => webhook.Name, StringComparer.Ordinal))
        {
            var state = webhook.DisabledAt is { } disabled ? $"disabled {disabled:yyyy-MM-dd HH:mm}"
                : webhook.LastToldAt is { } told ? $"told {told:yyyy-MM-dd HH:mm}"
                : "never told";
            var events = webhook.Events is { } patterns ? string.Join(' ', patterns) : "everything";
            var labels = string.Join(' ', webhook.Labels?.Select(label => $"{label.Key}={label.Value}") ?? []);
            Terminal.WriteLine(console, $"{webhook.Name.PadRight(width)}  {state}  {webhook.Url}  {events}  {labels}".TrimEnd());
            if (webhook is { LastFailedAt: { } failed, LastFailure: { } failure } && !(webhook.LastToldAt > failed))
            {
                Terminal.WriteLine(console, $"{new string(' ', width)}  failed {failed:yyyy-MM-dd HH:mm}: {failure}");
            }
        }
    }

    public static void Write(Utf8JsonWriter writer, Webhooks webhooks)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("webhooks");
        foreach (var webhook in webhooks.All.OrderBy(webhook => webhook.Name, StringComparer.Ordinal))
        {
            writer.WriteStartObject();
            writer.WriteString("name", webhook.Name);
            writer.WriteString("url", webhook.Url);
            writer.WriteStartArray("events");
            foreach (var pattern in webhook.Events ?? [])
            {
                writer.WriteStringValue(pattern);
            }

            writer.WriteEndArray();
            writer.WriteStartObject("labels");
            foreach (var (label, value) in webhook.Labels ?? TaskState.NoLabels)
            {
                writer.WriteString(label, value);
            }

            writer.WriteEndObject();
            writer.WriteString("created_at", webhook.CreatedAt);
            Terminal.WriteTime(writer, "disabled_at", webhook.DisabledAt);
            Terminal.WriteTime(writer, "last_told_at", webhook.LastToldAt);
            Terminal.WriteTime(writer, "last_failed_at", webhook.LastFailedAt);
            writer.WriteString("last_failure", webhook.LastFailure);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
