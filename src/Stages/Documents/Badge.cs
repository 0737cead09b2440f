using System.Text.RegularExpressions;

namespace VideoGen.Stages.Documents;

/// <summary>Status badges at the head of a project's page. They say nothing in a video.</summary>
internal static partial class Badge
{
    public static bool IsBadge(string address) => BadgeAddress().IsMatch(address);

    [GeneratedRegex(
        @"\A(?:https?:)?//[^/]*(?:shields\.io|badge|badgen\.net|travis-ci|circleci\.com|codecov\.io|coveralls\.io|appveyor|fury\.io|snyk\.io"
        + @"|codacy|codeclimate|sonarcloud|opencollective|gitpod\.io/button)"
        + @"|\A(?:https?:)?//\S*(?:badge|/workflows?/|/actions/|/build[-_]?status)",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex BadgeAddress();
}
