// Of the packages of npm that tests install, the versions: pinned, so that a release elsewhere changes no outcome here.

export const viteVersion = '7.3.8'
