namespace VideoGen.Cli.Tests;

/// <summary><c>share</c>: a link to a task, and HTML that shows it on a page of another site.</summary>
public sealed class ShareCommandTests : CommandsOverHttp
{
    [Fact]
    public async Task ATaskIsSharedByALinkAndByHtml()
    {
        var document = Path.Combine(Folder, "talk.md");
        await File.WriteAllTextAsync(document, "# Talk\n\nWords.\n", Stop);
        Assert.Equal(0, await RunAsync("submit", document, "--id", "talk"));

        var link = await SaysAsync(0, $"{Server}/tasks/talk?read=vgr_", "share", "talk");
        using var http = new HttpClient();
        Assert.Contains("talk", await http.GetStringAsync(new Uri(link.Trim()), Stop), StringComparison.Ordinal);
        var element = $"/embed.js\"></script>\n<videogen-task server=\"{Server}\" task=\"talk\" token=\"vgr_";
        await SaysAsync(0, element, "share", "talk", "--origin", "https://wiki.example.org");
        await SaysAsync(2, "", "share", "talk", "--origin", "wiki");
        Assert.Contains("The member 'origin' is the origin of a site", Errors, StringComparison.Ordinal);
        await SaysAsync(3, "", "share", "none");
        Assert.Contains("There is no task none", Errors, StringComparison.Ordinal);
    }
}
