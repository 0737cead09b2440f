using System.Text.Json;
using Spectre.Console;
using VideoGen.Tasks.Access;

namespace VideoGen.Cli.Views;

/// <summary>The keys of a cluster, one line each. Their texts are nowhere to be shown.</summary>
internal static class KeyListView
{
    public static void Show(IAnsiConsole console, AccessKeys keys, DateTimeOffset now)
    {
        if (keys.Keys.IsEmpty)
        {
            Terminal.WriteLine(console, "There are no keys: silos listen on loopback alone, and let in whoever is there.");
            return;
        }

        var width = keys.Keys.Max(key => key.Name.Length);
        foreach (var key in keys.Keys.OrderBy(key => key.Name, StringComparer.Ordinal))
        {
            var state = key.RevokedAt is { } revoked ? $"revoked {revoked:yyyy-MM-dd}"
                : key.ExpiresAt is { } end ? $"{(end <= now ? "ran out" : "until")} {end:yyyy-MM-dd HH:mm}"
                : "good";
            var used = key.LastUsedAt is { } last ? $"used {last:yyyy-MM-dd HH:mm}" : "never used";
            var labels = string.Join(' ', key.Labels?.Select(label => $"{label.Key}={label.Value}") ?? []);
            Terminal.WriteLine(console, $"{key.Name.PadRight(width)}  {key.Role.ToWireName(),-8}  {state}, {used}  {labels}".TrimEnd());
        }
    }

    public static void Write(Utf8JsonWriter writer, AccessKeys keys)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("keys");
        foreach (var key in keys.Keys.OrderBy(key => key.Name, StringComparer.Ordinal))
        {
            writer.WriteStartObject();
            writer.WriteString("name", key.Name);
            writer.WriteString("role", key.Role.ToWireName());
            writer.WriteStartObject("labels");
            foreach (var (label, value) in key.Labels ?? Tasks.State.TaskState.NoLabels)
            {
                writer.WriteString(label, value);
            }

            writer.WriteEndObject();
            Terminal.WriteTime(writer, "created_at", key.CreatedAt);
            Terminal.WriteTime(writer, "expires_at", key.ExpiresAt);
            Terminal.WriteTime(writer, "last_used_at", key.LastUsedAt);
            Terminal.WriteTime(writer, "revoked_at", key.RevokedAt);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
