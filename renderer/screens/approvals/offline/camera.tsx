import { useEffect, useEffectEvent, useRef, useState, type ReactElement } from 'react';

import type { Problem } from '../../../bridge/problem.ts';
import { ProblemNotice } from '../../../parts/problem-notice.tsx';
import { decodeVideo } from './decode-image.ts';

/** Faster than an animated code turns, slow enough to leave the page quick. */
const LOOK_MS = 120;

/** Looks for codes through the camera, for as long as it is shown. Pictures never leave the page. */
export function Camera({ onText }: { readonly onText: (text: string) => void }): ReactElement {
  const video = useRef<HTMLVideoElement>(null);
  const [problem, setProblem] = useState<Problem>();
  const tell = useEffectEvent(onText);
  useEffect(() => {
    const element = video.current;
    let stream: MediaStream | null = null;
    let timer: ReturnType<typeof setInterval> | undefined;
    let stopped = false;
    const start = async (): Promise<void> => {
      try {
        stream = await openCamera();
      } catch (error) {
        if (!stopped) setProblem(problemOf(error));
        return;
      }
      if (stopped || element === null) return stop();
      element.srcObject = stream;
      await element.play().catch(() => undefined);
      timer = setInterval(() => {
        const text = decodeVideo(element);
        if (text !== null) tell(text);
      }, LOOK_MS);
    };
    const stop = (): void => {
      stopped = true;
      clearInterval(timer);
      for (const track of stream?.getTracks() ?? []) track.stop();
    };
    void start();
    return stop;
  }, []);
  if (problem !== undefined) return <ProblemNotice problem={problem} />;
  return <video ref={video} className="camera" muted playsInline aria-label="What the camera sees" />;
}

function openCamera(): Promise<MediaStream> {
  // Absent where the page is not on a secure address.
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  if (devices === undefined) return Promise.reject(new DOMException('no camera here', 'NotFoundError'));
  return devices.getUserMedia({ video: { facingMode: 'environment' }, audio: false });
}

function problemOf(error: unknown): Problem {
  const name = error instanceof DOMException ? error.name : 'UNKNOWN';
  const advice = 'Choose a picture of the code, or paste the approval as text.';
  if (name === 'NotAllowedError')
    return {
      code: 'CAMERA_REFUSED',
      message: 'The camera was not allowed.',
      advice: `Allow it for this page. ${advice}`,
    };
  if (name === 'NotFoundError') return { code: 'CAMERA_MISSING', message: 'No camera was found.', advice };
  return { code: 'CAMERA_FAILED', message: 'The camera does not answer.', advice };
}
