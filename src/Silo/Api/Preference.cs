using System.Globalization;

namespace VideoGen.Silo.Api;

/// <summary>What the header <c>Prefer</c> asks for (RFC 7240): that an answer waits for something. Preferences that are not known are passed over.</summary>
internal static class Preference
{
    /// <summary>The longest that a request waits for what it prefers to wait for.</summary>
    public static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(60);

    /// <summary>How long the caller would wait; null when it said nothing of it.</summary>
    public static TimeSpan? WaitOf(HttpRequest request)
    {
        foreach (var preference in request.Headers["Prefer"].SelectMany(value => (value ?? "").Split([',', ';'])))
        {
            if (preference.Split('=', 2) is [var name, var value] && name.Trim().Equals("wait", StringComparison.OrdinalIgnoreCase)
                && int.TryParse(value.Trim().Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
            {
                return TimeSpan.FromSeconds(Math.Min(seconds, MaxWait.TotalSeconds));
            }
        }

        return null;
    }

    /// <summary>Tells the caller that its wish was heard.</summary>
    public static void Apply(HttpResponse response, TimeSpan wait) =>
        response.Headers["Preference-Applied"] = string.Create(CultureInfo.InvariantCulture, $"wait={wait.TotalSeconds:0}");
}
