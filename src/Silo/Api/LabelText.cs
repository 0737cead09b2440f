namespace VideoGen.Silo.Api;

/// <summary>A label as people write it, in a field of a form: <c>KEY=VALUE</c>.</summary>
internal static class LabelText
{
    public static bool TryParse(string text, out KeyValuePair<string, string> label)
    {
        var parts = text.Split('=', 2);
        label = parts is [{ Length: > 0 } key, var value] ? KeyValuePair.Create(key, value) : default;
        return label.Key is not null;
    }
}
